using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Fetching.Control;
using InfluencerAnalytics.Providers;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Fetching;

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

    // A provider that asks for more is asked again after this: by then the slots that waited are over.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly ConcurrencyController _concurrency;
    private readonly RateController _rate = new();
    private readonly ProviderBreaker _breaker;
    private readonly RequestPacer _pacer;
    private readonly AnswerTimes _times;
    private readonly FetchingOptions _options;
    private readonly PipelineStatistics _statistics;
    private readonly ILogger _logger;
    private readonly int[] _failedBy = new int[MissReasons.Count];
    private int _good;
    private int _refused;
    private int _failed;
    private int _timedOut;
    private int _firstGood;
    private int _firstFailed;
    private int _wishes;
    private int _wanted;
    private double _wantedPerSecond;
    private long _longestWishTicks;
    private long _goodTicks;
    private long _usualTicks;
    private int _limit;
    private bool _wasPaced;

    public ProviderControl(
        FetchingOptions options, ProviderOptions provider, PipelineStatistics statistics, TimeProvider timeProvider, ILogger<ProviderControl> logger)
    {
        _options = options;
        _statistics = statistics;
        _logger = logger;
        _concurrency = new ConcurrencyController(Math.Min(options.InitialConcurrency, options.MaxConcurrency), options.MaxConcurrency);
        _breaker = new ProviderBreaker(timeProvider, options.BreakDuration);
        _times = new AnswerTimes(provider.RequestTimeout);
        _pacer = new RequestPacer(timeProvider);
        _pacer.SetRate(options.MaxRequestsPerSecond);
        _limit = _concurrency.Limit;
    }

    /// <summary>How many requests may be in flight.</summary>
    public int Limit => Volatile.Read(ref _limit);

    /// <summary>How long a good answer took on average, lately; 0 before the first.</summary>
    public TimeSpan UsualTime => TimeSpan.FromTicks(Interlocked.Read(ref _usualTicks));

    /// <summary>Whether the provider is away and no probe is due: requests are not sent.</summary>
    public bool KeepsBack => _breaker.KeepsBack;

    /// <summary>Waits until a request may be sent, and says how long it is to be waited for. Null when none may, since the provider is away.</summary>
    /// <param name="isFirst">Whether it is the first for this influencer in its slot.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<TimeSpan?> EnterAsync(bool isFirst, CancellationToken cancellationToken)
    {
        if (!_breaker.TryPass())
            return null;
        await _pacer.WaitAsync(cancellationToken);
        // A probe has to find out a provider that has become slow, too.
        return _breaker.AwaySince is null ? _times.NextLimit(mayScout: isFirst) : _times.Most;
    }

    /// <summary>Takes in that so many are to be asked for, for the first time in their slot.</summary>
    public void Want(int ids) => Interlocked.Add(ref _wanted, ids);

    /// <summary>Takes in what came of a request.</summary>
    /// <param name="outcome">The answer, or why there is none.</param>
    /// <param name="time">How long it took.</param>
    /// <param name="isFirst">Whether it was the first for this influencer in its slot.</param>
    public void Count(in FetchOutcome outcome, TimeSpan time, bool isFirst)
    {
        var isGood = outcome.Kind is FetchOutcomeKind.Ok or FetchOutcomeKind.NotFound;
        if (isFirst)
            Interlocked.Increment(ref isGood ? ref _firstGood : ref _firstFailed);
        if (isGood)
        {
            Interlocked.Increment(ref _good);
            Interlocked.Add(ref _goodTicks, time.Ticks);
            if (_breaker.Answered() is { } away)
                Log.ProviderBack(_logger, away.TotalSeconds);
        }
        else
        {
            CountFailure(outcome);
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
        var isPaused = _pacer.IsPaused;
        var window = TakeWindow(seconds, busySeconds, waiting, inFlight);
        ObserveWishes(window.Answers);
        ObserveBreaker(seconds);
        _times.Adapt();
        if (!isPaused && _breaker.AwaySince is null)
        {
            _rate.Observe(window);
            _concurrency.Observe(window);
        }
        ApplyLimits();
        _statistics.ProviderIs(new ProviderState(
            _concurrency.Limit, Rate, _times.Limit, _breaker.AwaySince, _breaker.AwaySince is null ? null : MostFailed(), _breaker.KeepsBack));
    }

    public void Dispose() => _pacer.Dispose();

    private double? Rate => _options.MaxRequestsPerSecond is { } most ? Math.Min(most, _rate.Rate ?? most) : _rate.Rate;

    private void CountFailure(in FetchOutcome outcome)
    {
        Interlocked.Increment(ref _failedBy[(int)outcome.Reason]);
        if (outcome.Kind != FetchOutcomeKind.Throttled)
            Interlocked.Increment(ref _failed);
        else
            Interlocked.Increment(ref _refused);
        if (outcome.Reason == MissReason.Timeout)
            Interlocked.Increment(ref _timedOut);
        if (outcome is not { Kind: FetchOutcomeKind.Throttled, RetryAfter: { } wish })
            return;
        Interlocked.Increment(ref _wishes);
        InterlockedMax(ref _longestWishTicks, wish.Ticks);
    }

    private AnswerWindow TakeWindow(double seconds, double busySeconds, int waiting, int inFlight)
    {
        _wantedPerSecond += (Interlocked.Exchange(ref _wanted, 0) / seconds - _wantedPerSecond) * (1 - Math.Exp(-seconds / WantedSeconds));
        var window = new AnswerWindow(
            seconds, busySeconds, _wantedPerSecond, Interlocked.Exchange(ref _good, 0), Interlocked.Exchange(ref _refused, 0), Interlocked.Exchange(ref _failed, 0),
            TimeSpan.FromTicks(Interlocked.Exchange(ref _goodTicks, 0)).TotalSeconds, Interlocked.Exchange(ref _timedOut, 0), _times.Limit.TotalSeconds,
            inFlight, false, _pacer.TakeHasHeld());
        if (window.Good > 0)
            Interlocked.Exchange(ref _usualTicks, (long)(window.GoodSeconds / window.Good * TimeSpan.TicksPerSecond));
        return window with { IsBacklogged = waiting > 0 && waiting > window.Answers };
    }

    // A wish that many answers carry is everybody's; a single one is waited for by the influencer that got it.
    private void ObserveWishes(int answers)
    {
        var wishes = Interlocked.Exchange(ref _wishes, 0);
        var longest = TimeSpan.FromTicks(Interlocked.Exchange(ref _longestWishTicks, 0));
        if (wishes < FewestWishes || wishes < answers * ManyWishes || longest <= TimeSpan.Zero)
            return;
        var pause = longest < LongestPause ? longest : LongestPause;
        _pacer.Pause(pause);
        Log.Paused(_logger, wishes, answers, pause.TotalSeconds);
    }

    private void ObserveBreaker(double seconds)
    {
        var good = Interlocked.Exchange(ref _firstGood, 0);
        var failed = Interlocked.Exchange(ref _firstFailed, 0);
        if (_breaker.Observe(seconds, good, failed))
        {
            // Refusals and errors end with their cause. What hangs, or falls silent each time that all come at once, may do so because they do.
            if (MostFailed() == MissReasons.NameOf(MissReason.Timeout) || _breaker.IsAwayAgain)
                _concurrency.Cut();
            Log.ProviderAway(_logger, MostFailed(), _options.BreakDuration.TotalSeconds);
        }
        else if (_breaker.AwaySince is null)
            Array.Clear(_failedBy);
    }

    private void ApplyLimits()
    {
        Volatile.Write(ref _limit, _concurrency.Limit);
        _pacer.SetRate(Rate);
        if (_rate.Rate is not null != _wasPaced)
        {
            _wasPaced = !_wasPaced;
            if (_rate.Rate is { } rate)
                Log.Paced(_logger, rate);
            else
                Log.NotPaced(_logger);
        }
    }

    private string MostFailed()
    {
        var most = 0;
        for (var reason = 1; reason < _failedBy.Length; reason++)
        {
            if (_failedBy[reason] > _failedBy[most])
                most = reason;
        }
        return MissReasons.NameOf((MissReason)most);
    }

    private static void InterlockedMax(ref long location, long value)
    {
        var known = Volatile.Read(ref location);
        while (value > known)
        {
            var before = Interlocked.CompareExchange(ref location, value, known);
            if (before == known)
                return;
            known = before;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1231, LogLevel.Warning, "The provider is away: next to none of the last requests was answered, mostly {Reason}. A few are tried every {Seconds} s.")]
        public static partial void ProviderAway(ILogger logger, string reason, double seconds);

        [LoggerMessage(1232, LogLevel.Information, "The provider answers again; it was away for {Seconds:F1} s.")]
        public static partial void ProviderBack(ILogger logger, double seconds);

        [LoggerMessage(1233, LogLevel.Warning, "{Wishes} of {Answers} answers asked for a pause: no request for {Seconds} s.")]
        public static partial void Paused(ILogger logger, int wishes, int answers, double seconds);

        [LoggerMessage(1234, LogLevel.Warning, "The provider refuses requests: at most {Rate:F0} a second are sent, adapted as it allows.")]
        public static partial void Paced(ILogger logger, double rate);

        [LoggerMessage(1235, LogLevel.Information, "Refusals do not depend on how much is asked: no limit a second.")]
        public static partial void NotPaced(ILogger logger);
    }
}
