using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Fetching.Control.Answers;
using InfluencerAnalytics.Pipeline.Fetching.Control.Rate;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Fetching.Control;

/// <summary>
/// How hard the provider is asked: how many requests may be in flight, how many a second, how long each is waited for, and whether any goes at all.
/// It counts what came of each request and judges twice a second. Every change of state is one log line. Safe for concurrent use.
/// </summary>
internal sealed partial class ProviderControl : IDisposable
{
    // Half of the answers of a window, of so many, have to ask for a pause until everybody makes one.
    private const double ManyWishes = 0.5;
    private const int FewestWishes = 10;

    // Over so many seconds what is wanted is averaged, so that shards that come a second or two apart are one stream.
    private const double WantedSeconds = 5;

    // A provider that asks for more is asked again after this: by then the slots that waited are over. Where the interval is shorter, single requests try
    // once an interval whether it meant it.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    // Pauses no further apart are one trouble.
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(2);

    private readonly ProviderJudge _judge;
    private readonly RequestPacer _pacer;
    private readonly AnswerTimes _times;
    private readonly AnswerCounts _counts = new();
    private readonly RequestLimits _limits;
    private readonly PipelineMetrics _metrics;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Episode _paused;
    private MissReason _lastFailure = MissReason.Other;
    private double _wantedPerSecond;
    private long _intervalTicks = LongestPause.Ticks;
    private long _usualTicks;
    private int _limit;
    private bool _wasPaced;

    public ProviderControl(
        RequestLimits limits, ProviderOptions provider, PipelineMetrics metrics, TimeProvider timeProvider, ILogger<ProviderControl> logger)
    {
        _limits = limits;
        _metrics = metrics;
        _timeProvider = timeProvider;
        _logger = logger;
        _paused = new Episode(timeProvider);
        _judge = new ProviderJudge(limits.InitialConcurrency, limits.MaxConcurrency, limits.BreakDuration, timeProvider);
        _times = new AnswerTimes(provider.RequestTimeout);
        _pacer = new RequestPacer(timeProvider);
        _pacer.SetRate(limits.MaxRequestsPerSecond);
        _limit = _judge.Limit;
    }

    /// <summary>How many requests may be in flight.</summary>
    public int Limit => Volatile.Read(ref _limit);

    /// <summary>How long a good answer took on average, lately; 0 before the first.</summary>
    public TimeSpan UsualTime => TimeSpan.FromTicks(Interlocked.Read(ref _usualTicks));

    /// <summary>Whether the provider is away and no probe is due: requests are not sent.</summary>
    public bool KeepsBack => _judge.KeepsBack;

    /// <summary>Waits until a request may be sent. Null when none may, since the provider is away.</summary>
    /// <param name="isFirst">Whether it is the first for this influencer in its slot.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<Permit?> EnterAsync(bool isFirst, CancellationToken cancellationToken)
    {
        if (!_judge.TryPass())
            return null;
        await _pacer.WaitAsync(cancellationToken);
        return Send(isFirst);
    }

    /// <summary>Takes in that a request is sent.</summary>
    /// <param name="isFirst">Whether it is the first for this influencer in its slot.</param>
    // A probe has to find out a provider that has become slow, too.
    public Permit Send(bool isFirst) => new(_judge.IsAway ? _times.Most : _times.NextLimit(mayScout: isFirst), _judge.Send(isFirst));

    /// <summary>Takes in that so many are to be asked for, for the first time in their slot.</summary>
    /// <param name="ids">How many.</param>
    /// <param name="interval">When they will be again.</param>
    public void Want(int ids, TimeSpan interval)
    {
        _counts.Want(ids);
        Interlocked.Exchange(ref _intervalTicks, interval.Ticks);
    }

    /// <summary>Takes in what came of a request.</summary>
    /// <param name="permit">That it was sent with.</param>
    /// <param name="outcome">The answer, or why there is none.</param>
    /// <param name="time">How long it took.</param>
    public void Count(Permit permit, in FetchOutcome outcome, TimeSpan time)
    {
        if (outcome.Kind is FetchOutcomeKind.Ok or FetchOutcomeKind.NotFound)
        {
            _counts.Good(time);
            permit.Sent.EndWell();
            _pacer.Answered(time);
            if (_judge.Answered() is { } away)
                Log.ProviderBack(_logger, away.TotalSeconds);
        }
        else
        {
            _counts.Failed(outcome);
            permit.Sent.Fail(isRefused: outcome.Reason == MissReason.Throttled);
        }
        if (outcome.Reason is not (MissReason.Timeout or MissReason.Connection))
            _times.Answered(time);
    }

    /// <summary>Judges a window. One loop calls it.</summary>
    /// <param name="seconds">How long it was.</param>
    /// <param name="busySeconds">For how long of it any request was in flight.</param>
    /// <param name="waiting">Ids that wait to be asked for.</param>
    /// <param name="inFlight">Requests that wait for an answer.</param>
    public void Observe(double seconds, double busySeconds, int waiting, int inFlight)
    {
        var isPaused = _pacer.PauseLeft > TimeSpan.Zero;
        var taken = _counts.Take();
        if (taken.Failed + taken.Refused > 0)
            _lastFailure = taken.MostFailed;
        if (taken.Good > 0)
            Interlocked.Exchange(ref _usualTicks, taken.GoodTime.Ticks / taken.Good);
        var window = WindowOf(taken, seconds, busySeconds, waiting, inFlight);
        ObserveWishes(taken, window.Answers);
        _times.Adapt();
        if (_judge.Observe(window, _lastFailure == MissReason.Timeout, isPaused))
            Log.ProviderAway(_logger, MissReasons.NameOf(_lastFailure), _limits.BreakDuration.TotalSeconds);
        ApplyLimits();
        if (_paused.Over(Quiet) is { } pauses)
            Log.PausesNoMore(_logger, pauses.Times, pauses.Seconds);
        Tell();
    }

    public void Dispose() => _pacer.Dispose();

    private void Tell()
    {
        var awaySince = _judge.AwaySince;
        var pauseLeft = _pacer.PauseLeft;
        _metrics.ProviderIs(new ProviderState(
            _judge.Limit, Rate, IsRefusing, _times.Limit, awaySince, awaySince is null ? null : MissReasons.NameOf(_lastFailure), _judge.KeepsBack)
        {
            PausedUntil = pauseLeft > TimeSpan.Zero ? _timeProvider.GetUtcNow() + pauseLeft : null,
        });
    }

    private double? Rate => IsRefusing ? _judge.Rate : _limits.MaxRequestsPerSecond;

    // With no configured limit the comparison is false.
    private bool IsRefusing => _judge.Rate is { } rate && !(rate >= _limits.MaxRequestsPerSecond);

    private AnswerWindow WindowOf(TakenAnswers taken, double seconds, double busySeconds, int waiting, int inFlight)
    {
        _wantedPerSecond += (taken.Wanted / seconds - _wantedPerSecond) * (1 - Math.Exp(-seconds / WantedSeconds));
        var window = new AnswerWindow(
            seconds, busySeconds, _wantedPerSecond, taken.Good, taken.Refused, taken.Failed, taken.GoodTime.TotalSeconds, taken.TimedOut, _times.Limit.TotalSeconds,
            inFlight, false, _pacer.TakeHasHeld());
        return window with { IsBacklogged = waiting > 0 && waiting > window.Answers };
    }

    // A wish that many answers carry is everybody's; a single one is waited for by the influencer that got it.
    private void ObserveWishes(TakenAnswers taken, int answers)
    {
        if (taken.PauseWishes < FewestWishes || taken.PauseWishes < answers * ManyWishes || taken.LongestWish <= TimeSpan.Zero)
            return;
        var pause = taken.LongestWish < LongestPause ? taken.LongestWish : LongestPause;
        _pacer.Pause(pause, probeEvery: TimeSpan.FromTicks(Interlocked.Read(ref _intervalTicks)));
        if (_paused.Happened("asked for a pause"))
            Log.Paused(_logger, taken.PauseWishes, answers, pause.TotalSeconds);
    }

    private void ApplyLimits()
    {
        Volatile.Write(ref _limit, _judge.Limit);
        _pacer.SetRate(Rate);
        if (_judge.Rate is not null == _wasPaced)
            return;
        _wasPaced = !_wasPaced;
        if (_judge.Rate is { } rate)
            Log.Paced(_logger, rate);
        else
            Log.NotPaced(_logger);
    }

    private static partial class Log
    {
        [LoggerMessage(1231, LogLevel.Warning, "The provider is away: next to none of the last requests was answered, mostly {Reason}. A few are tried every {Seconds} s.")]
        public static partial void ProviderAway(ILogger logger, string reason, double seconds);

        [LoggerMessage(1232, LogLevel.Information, "The provider answers again; it was away for {Seconds:F1} s.")]
        public static partial void ProviderBack(ILogger logger, double seconds);

        [LoggerMessage(1233, LogLevel.Warning, "{Wishes} of {Answers} answers asked for a pause: for {Seconds} s, or until one is answered, a single request tries once an interval.")]
        public static partial void Paused(ILogger logger, int wishes, int answers, double seconds);

        [LoggerMessage(1236, LogLevel.Information, "The provider asks for no more pauses; it did {Times} times in {Seconds} s.")]
        public static partial void PausesNoMore(ILogger logger, long times, double seconds);

        [LoggerMessage(1234, LogLevel.Warning, "The provider refuses requests: at most {Rate:F0} a second are sent, adapted as it allows.")]
        public static partial void Paced(ILogger logger, double rate);

        [LoggerMessage(1235, LogLevel.Information, "Refusals do not depend on how much is asked: no limit a second.")]
        public static partial void NotPaced(ILogger logger);
    }
}
