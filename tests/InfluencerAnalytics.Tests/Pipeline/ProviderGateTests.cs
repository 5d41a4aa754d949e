using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Pipeline.Fetching;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Pipeline;

[Collection(FakeClock.Name)]
public sealed class ProviderGateTests : IDisposable
{
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));
    private readonly ScriptedProvider _provider;
    private readonly PipelineStatistics _statistics;
    private readonly ProviderGate _gate;

    public ProviderGateTests()
    {
        _provider = new ScriptedProvider(_time);
        _statistics = new PipelineStatistics(_time);
        _gate = new ProviderGate(_provider, new FetchingOptions { BreakDuration = Break }, _statistics, _time);
    }

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task Fetch_HalfFailing_OpensAndAsksNothing()
    {
        _provider.Answer = id => id % 2 == 0 ? ScriptedProvider.Failed(MissReason.ServerError) : _provider.Good(id);
        await AskAsync(40);
        _gate.IsOpen.ShouldBeTrue();
        var before = _provider.Requests;
        (await FetchAsync(1)).Reason.ShouldBe(MissReason.CircuitOpen);
        _provider.Requests.ShouldBe(before);
    }

    [Fact]
    public async Task Fetch_FivePercentFailing_StaysClosed()
    {
        _provider.Answer = id => id % 20 == 0 ? ScriptedProvider.Failed(MissReason.Timeout) : _provider.Good(id);
        for (var second = 0; second < 30; second++)
        {
            await AskAsync(100);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        _gate.IsOpen.ShouldBeFalse();
        _provider.Requests.ShouldBe(3000);
    }

    [Fact]
    public async Task Fetch_NotFoundOnly_StaysClosed()
    {
        _provider.Answer = _ => ScriptedProvider.Failed(MissReason.NotFound);
        await AskAsync(100);
        _gate.IsOpen.ShouldBeFalse();
    }

    [Theory]
    [InlineData(MissReason.Throttled)]
    [InlineData(MissReason.MalformedBody)]
    [InlineData(MissReason.Connection)]
    public async Task Fetch_AnyFailure_CountsForTheBreaker(MissReason reason)
    {
        _provider.Answer = _ => ScriptedProvider.Failed(reason);
        await AskAsync(20);
        _gate.IsOpen.ShouldBeTrue();
        _statistics.Snapshot().FailedAttempts[reason].ShouldBeGreaterThanOrEqualTo(19);
    }

    [Fact]
    public async Task IsOpen_BreakOver_LetsAProbeThrough()
    {
        await OpenAsync();
        _time.Advance(Break);
        _gate.IsOpen.ShouldBeFalse("or those who ask only while it is not open would never probe");
    }

    [Fact]
    public async Task Fetch_ProbeSucceeds_Closes()
    {
        await OpenAsync();
        _time.Advance(Break);
        _provider.Answer = null;
        (await FetchAsync(1)).IsOk.ShouldBeTrue();
        (await FetchAsync(2)).IsOk.ShouldBeTrue();
        _gate.IsOpen.ShouldBeFalse();
    }

    [Fact]
    public async Task Fetch_ProbeFails_OpensAgain()
    {
        await OpenAsync();
        _time.Advance(Break);
        (await FetchAsync(1)).Reason.ShouldBe(MissReason.ServerError);
        (await FetchAsync(2)).Reason.ShouldBe(MissReason.CircuitOpen);
        _gate.IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task Fetch_HalfOpen_OneProbeAtATime()
    {
        await OpenAsync();
        _time.Advance(Break);
        var before = _provider.Requests;
        _provider.Latency = TimeSpan.FromSeconds(1);
        var probe = FetchAsync(1).AsTask();
        (await FetchAsync(2)).Reason.ShouldBe(MissReason.CircuitOpen);
        _provider.Requests.ShouldBe(before + 1);
        _time.Advance(TimeSpan.FromSeconds(1));
        await probe;
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public async Task Fetch_ProbeCutShort_DoesNotClose(int afterMs)
    {
        await OpenAsync();
        _time.Advance(Break);
        _provider.Latency = Timeout.InfiniteTimeSpan;
        using var slotOver = new CancellationTokenSource();
        var probe = _gate.FetchAsync(1, slotOver.Token).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(afterMs));
        await slotOver.CancelAsync();
        await probe.ContinueWith(_ => { }, TaskScheduler.Default);
        _provider.Latency = TimeSpan.Zero;
        (await FetchAsync(2)).Reason.ShouldBe(MissReason.CircuitOpen);
    }

    [Fact]
    public async Task Fetch_CutShortAfterALongWait_IsATimeout()
    {
        _provider.Latency = Timeout.InfiniteTimeSpan;
        using var slotOver = new CancellationTokenSource();
        var fetch = _gate.FetchAsync(1, slotOver.Token).AsTask();
        _time.Advance(TimeSpan.FromSeconds(1));
        await slotOver.CancelAsync();
        (await fetch).Reason.ShouldBe(MissReason.Timeout);
    }

    [Fact]
    public async Task Fetch_CutShortAtOnce_Throws()
    {
        _provider.Latency = Timeout.InfiniteTimeSpan;
        using var slotOver = new CancellationTokenSource();
        var fetch = _gate.FetchAsync(1, slotOver.Token).AsTask();
        await slotOver.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(fetch);
        _statistics.Snapshot().FetchesInFlight.ShouldBe(0);
    }

    private async Task OpenAsync()
    {
        _provider.Answer = _ => ScriptedProvider.Failed(MissReason.ServerError);
        await AskAsync(30);
        _gate.IsOpen.ShouldBeTrue();
    }

    private async Task AskAsync(int count)
    {
        for (var id = 1; id <= count; id++)
            await FetchAsync(id);
    }

    private ValueTask<FetchOutcome> FetchAsync(long id) => _gate.FetchAsync(id, TestContext.Current.CancellationToken);
}
