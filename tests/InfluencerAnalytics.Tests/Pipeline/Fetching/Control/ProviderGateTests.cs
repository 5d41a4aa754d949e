using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Pipeline.Fetching;
using InfluencerAnalytics.Pipeline.Fetching.Control;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Pipeline.Fetching.Control;

[Collection(FakeClock.Name)]
public sealed class ProviderGateTests : IDisposable
{
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));
    private readonly ScriptedProvider _provider;
    private readonly PipelineMetrics _metrics;
    private readonly ListLogger _log = new();
    private readonly ProviderControl _control;
    private readonly ProviderGate _gate;
    private long _nextId;

    public ProviderGateTests()
    {
        _provider = new ScriptedProvider(_time);
        _metrics = new PipelineMetrics(_time);
        _control = new ProviderControl(new FetchingOptions { BreakDuration = Break }.Limits, new ProviderOptions(), _metrics, _time, _log.For<ProviderControl>());
        _gate = new ProviderGate(_provider, _control, _metrics, _time);
    }

    public void Dispose() => _control.Dispose();

    [Theory]
    [InlineData(MissReason.ServerError)]
    [InlineData(MissReason.Throttled)]
    [InlineData(MissReason.MalformedBody)]
    [InlineData(MissReason.Connection)]
    public async Task Fetch_NothingIsAnswered_OpensAsksNothingAndSaysSinceWhen(MissReason reason)
    {
        _provider.Answer = _ => ScriptedProvider.Failed(reason);
        await AskAsync(seconds: 12, perSecond: 20);
        _gate.KeepsBack.ShouldBeTrue();
        var before = _provider.Requests;
        (await FetchAsync()).Reason.ShouldBe(MissReason.CircuitOpen);
        _provider.Requests.ShouldBe(before);
        _metrics.Provider!.AwaySince.ShouldNotBeNull();
        _metrics.Provider.AwayReason.ShouldBe(MissReasons.NameOf(reason));
        _metrics.Snapshot().FailedAttempts[reason].ShouldBeGreaterThanOrEqualTo(20);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(1000, true)]
    [InlineData(10, false)]
    public void State_RefusalsAtAHundredASecond_AreSaidWhereFewerAreSentThanConfigured(int? configured, bool isSaid)
    {
        using var control = new ProviderControl(
            new FetchingOptions { MaxRequestsPerSecond = configured }.Limits, new ProviderOptions(), _metrics, _time, _log.For<ProviderControl>());
        var states = new List<ProviderState>();
        for (var window = 0; window < 6; window++)
        {
            for (var i = 0; i < 100; i++)
                control.Count(control.Send(isFirst: true), i % 2 == 0 ? _provider.Good(i) : ScriptedProvider.Failed(MissReason.Throttled), TimeSpan.FromMilliseconds(5));
            control.Observe(0.5, 0.5, waiting: 1000, inFlight: 0);
            states.Add(_metrics.Provider!);
        }
        states.Any(state => state.IsRefusing).ShouldBe(isSaid);
        states.ShouldAllBe(state => state.IsRefusing ? state.RequestsPerSecond < (configured ?? 1000) : state.RequestsPerSecond == configured);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(10)]
    public async Task Fetch_OneOfSeveralAnswered_StaysClosed(int oneOf)
    {
        _provider.Answer = id => id % oneOf == 0 ? _provider.Good(id) : ScriptedProvider.Failed(MissReason.ServerError);
        await AskAsync(seconds: 30, perSecond: 100);
        _gate.KeepsBack.ShouldBeFalse("what is answered would be lost");
        _provider.Requests.ShouldBe(3000);
    }

    [Fact]
    public async Task Fetch_TheFirstOfTheRosterFail_StaysClosed()
    {
        // 118 of 1,500, all before the others.
        _provider.Answer = id => id <= 118 ? ScriptedProvider.Failed(MissReason.ServerError) : _provider.Good(id);
        await AskAsync(seconds: 5, perSecond: 300);
        _gate.KeepsBack.ShouldBeFalse();
        _provider.Requests.ShouldBe(1500);
    }

    [Fact]
    public async Task Fetch_OnlyRetriesFail_StaysClosed()
    {
        await AskAsync(seconds: 2, perSecond: 100);
        _provider.Answer = _ => ScriptedProvider.Failed(MissReason.Timeout);
        for (var window = 0; window < 60; window++)
        {
            for (var i = 0; i < 10; i++)
                await _gate.FetchAsync(1, isFirst: false, TestContext.Current.CancellationToken);
            Pass(0.5);
        }
        _gate.KeepsBack.ShouldBeFalse("a few that always fail do not speak for the roster");
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.25)]
    public async Task Fetch_ShardsAPartOfWhichHangs_StaysClosed(double answered)
    {
        // Two shards of 250 in five seconds; what is answered is answered at once, the others hang until the time limit.
        var random = new Random(1);
        _provider.LatencyOf = _ => random.NextDouble() < answered ? TimeSpan.Zero : Timeout.InfiniteTimeSpan;
        var fetches = new List<Task>();
        for (var shard = 0; shard < 12; shard++)
        {
            fetches.AddRange(Enumerable.Range(0, 250).Select(_ => FetchAsync().AsTask()));
            for (var window = 0; window < 5; window++)
            {
                Pass(0.5);
                _gate.KeepsBack.ShouldBeFalse($"shard {shard}, {window} windows later");
            }
        }
        // The longest time limit.
        _time.Advance(new ProviderOptions().RequestTimeout);
        await Task.WhenAll(fetches);
    }

    [Fact]
    public async Task Fetch_ShardsInBurstsRefusedButForAFew_StaysClosed()
    {
        // All of a shard at once: seven of 500 fit into what is allowed.
        var left = 0;
        _provider.Answer = id => left-- > 0 ? _provider.Good(id) : ScriptedProvider.Failed(MissReason.Throttled);
        for (var shard = 0; shard < 3; shard++)
        {
            left = 7;
            // Not waited for: from the second wave on, a limit a second may hold them back.
            for (var i = 0; i < 500; i++)
                _ = FetchAsync().AsTask();
            for (var window = 0; window < 4; window++)
            {
                await PassAndSettleAsync();
                _gate.KeepsBack.ShouldBeFalse("spread out, they might be answered");
            }
        }
    }

    [Fact]
    public async Task Fetch_PausedForLongerThanAnInterval_OneTriesOnceAnInterval()
    {
        _control.Want(100, TimeSpan.FromSeconds(5));
        _provider.Answer = _ => ScriptedProvider.Failed(MissReason.Throttled, TimeSpan.FromDays(3000));
        for (var i = 0; i < 20; i++)
            await FetchAsync();
        Pass(0.5);
        var before = _provider.Requests;
        var waiting = Enumerable.Range(0, 100).Select(_ => FetchAsync().AsTask()).ToList();
        for (var window = 0; window < 30; window++)
            await PassAndSettleAsync();
        _provider.Requests.ShouldBe(before + 3);
        _provider.Answer = null;
        for (var window = 0; window < 11; window++)
            await PassAndSettleAsync();
        (await Task.WhenAll(waiting)).Count(outcome => outcome.IsOk).ShouldBe(97, "an answer to the one that tried ends the pause");
    }

    [Fact]
    public async Task Fetch_NotFoundOnly_StaysClosed()
    {
        _provider.Answer = _ => ScriptedProvider.Failed(MissReason.NotFound);
        await AskAsync(seconds: 20, perSecond: 20);
        _gate.KeepsBack.ShouldBeFalse();
    }

    [Fact]
    public async Task Fetch_RosterOfFive_IsJudgedAsWell()
    {
        _provider.Answer = _ => ScriptedProvider.Failed(MissReason.Connection);
        for (var minute = 0; minute < 3; minute++)
        {
            for (var i = 0; i < 5; i++)
                await FetchAsync();
            for (var window = 0; window < 120; window++)
                Pass(0.5);
        }
        _metrics.Provider!.AwaySince.ShouldNotBeNull();
    }

    [Fact]
    public async Task KeepsBack_BreakOver_LetsProbesThrough()
    {
        await OpenAsync();
        _time.Advance(Break);
        _gate.KeepsBack.ShouldBeFalse("or those who ask only while it is not open would never probe");
    }

    [Fact]
    public async Task Fetch_ProbeSucceeds_Closes()
    {
        await OpenAsync();
        _time.Advance(Break);
        _provider.Answer = null;
        (await FetchAsync()).IsOk.ShouldBeTrue();
        (await FetchAsync()).IsOk.ShouldBeTrue();
        _gate.KeepsBack.ShouldBeFalse();
        Pass(0.5);
        _metrics.Provider!.AwaySince.ShouldBeNull();
    }

    [Fact]
    public async Task Fetch_AwayAndBack_IsOneLineEach()
    {
        await OpenAsync();
        for (var window = 0; window < 20; window++)
        {
            await FetchAsync();
            Pass(0.5);
        }
        _log.Messages.ShouldHaveSingleItem().ShouldContain("mostly server_error");
        _provider.Answer = null;
        _time.Advance(Break);
        await AskAsync(seconds: 4, perSecond: 20);
        _log.Messages.Count.ShouldBe(2);
        _log.Messages[1].ShouldContain("answers again");
    }

    [Fact]
    public async Task Fetch_NothingIsAnsweredInTime_FewAreInFlightUntilItIs()
    {
        _provider.Answer = _ => ScriptedProvider.Failed(MissReason.Timeout);
        await AskAsync(seconds: 12, perSecond: 20);
        _gate.KeepsBack.ShouldBeTrue();
        _control.Limit.ShouldBeLessThan(new FetchingOptions().InitialConcurrency, "all at once may be why it hangs");
    }

    [Fact]
    public async Task Fetch_PausedTimeAndAgain_IsOneLine()
    {
        _provider.Answer = _ => ScriptedProvider.Failed(MissReason.Throttled, TimeSpan.FromSeconds(1));
        for (var second = 0; second < 20; second++)
        {
            // The pauses are over by then.
            for (var i = 0; i < 20; i++)
                await FetchAsync();
            Pass(0.5);
            Pass(1.5);
        }
        _log.Messages.Count(message => message.Contains("asked for a pause", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Fetch_ProbesFail_StaysOpenAfterAFewOfThem()
    {
        await OpenAsync();
        _time.Advance(Break);
        var before = _provider.Requests;
        for (var i = 0; i < 20; i++)
            await FetchAsync();
        _provider.Requests.ShouldBeInRange(before + 2, before + 10);
        _gate.KeepsBack.ShouldBeTrue();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public async Task Fetch_ProbesCutShort_DoNotClose(int afterMs)
    {
        await OpenAsync();
        _time.Advance(Break);
        _provider.Latency = Timeout.InfiniteTimeSpan;
        using var slotOver = new CancellationTokenSource();
        var probes = Enumerable.Range(0, 10).Select(id => _gate.FetchAsync(id, true, slotOver.Token).AsTask()).ToList();
        _time.Advance(TimeSpan.FromMilliseconds(afterMs));
        await slotOver.CancelAsync();
        await Task.WhenAll(probes).ContinueWith(_ => { }, TaskScheduler.Default);
        _provider.Latency = TimeSpan.Zero;
        (await FetchAsync()).Reason.ShouldBe(MissReason.CircuitOpen);
    }

    [Fact]
    public async Task Fetch_CutShortAfterALongWait_IsATimeout()
    {
        _provider.Latency = Timeout.InfiniteTimeSpan;
        using var slotOver = new CancellationTokenSource();
        var fetch = _gate.FetchAsync(1, true, slotOver.Token).AsTask();
        _time.Advance(TimeSpan.FromSeconds(1));
        await slotOver.CancelAsync();
        (await fetch).Reason.ShouldBe(MissReason.Timeout);
    }

    [Fact]
    public async Task Fetch_CutShortAtOnce_Throws()
    {
        _provider.Latency = Timeout.InfiniteTimeSpan;
        using var slotOver = new CancellationTokenSource();
        var fetch = _gate.FetchAsync(1, true, slotOver.Token).AsTask();
        await slotOver.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(fetch);
        _metrics.Snapshot().FetchesInFlight.ShouldBe(0);
    }

    [Fact]
    public async Task Fetch_ManyAnswersAskForAPause_NothingIsSentUntilItIsOver()
    {
        _provider.Answer = _ => ScriptedProvider.Failed(MissReason.Throttled, TimeSpan.FromSeconds(7));
        for (var i = 0; i < 20; i++)
            await FetchAsync();
        Pass(0.5);
        _provider.Answer = null;
        var before = _provider.Requests;
        var waiting = FetchAsync().AsTask();
        _time.Advance(TimeSpan.FromSeconds(6.4));
        _provider.Requests.ShouldBe(before);
        _time.Advance(TimeSpan.FromSeconds(1));
        (await waiting).IsOk.ShouldBeTrue();
    }

    [Fact]
    public async Task Fetch_OneAnswerAsksForAPause_TheOthersGoOn()
    {
        _provider.Answer = id => id == 7 ? ScriptedProvider.Failed(MissReason.Throttled, TimeSpan.FromHours(1)) : _provider.Good(id);
        await AskAsync(seconds: 2, perSecond: 20);
        (await FetchAsync()).IsOk.ShouldBeTrue();
    }

    [Fact]
    public async Task Fetch_Hanging_IsGivenUpAfterAFewTimesWhatAnswersTake()
    {
        _provider.Latency = TimeSpan.FromMilliseconds(20);
        for (var i = 0; i < 200; i++)
        {
            var fetch = FetchAsync().AsTask();
            _time.Advance(TimeSpan.FromMilliseconds(20));
            (await fetch).IsOk.ShouldBeTrue();
        }
        Pass(0.5);
        _metrics.Provider!.TimeLimit.ShouldBe(TimeSpan.FromSeconds(1));
    }

    private async Task OpenAsync()
    {
        _provider.Answer = _ => ScriptedProvider.Failed(MissReason.ServerError);
        await AskAsync(seconds: 4, perSecond: 20);
        _gate.KeepsBack.ShouldBeTrue();
    }

    private async Task AskAsync(int seconds, int perSecond)
    {
        for (var window = 0; window < seconds * 2 && !_gate.KeepsBack; window++)
        {
            for (var i = 0; i < perSecond / 2; i++)
                await FetchAsync();
            Pass(0.5);
        }
    }

    private void Pass(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _control.Observe(seconds, seconds, 0, 0);
    }

    // Those that were let through go on by themselves a little later.
    private async Task PassAndSettleAsync()
    {
        Pass(0.5);
        await Pump.SettleAsync();
    }

    private ValueTask<FetchOutcome> FetchAsync() => _gate.FetchAsync(++_nextId, isFirst: true, TestContext.Current.CancellationToken);
}
