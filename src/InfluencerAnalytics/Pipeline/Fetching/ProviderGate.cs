using System.Threading.RateLimiting;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Providers;
using Polly;
using Polly.CircuitBreaker;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>
/// Every request of this fetcher to the provider goes through here: rate limit, circuit breaker (half of the requests failing over 10 s;
/// half-open, one probe at a time), counts of what is in flight and what failed. Safe for concurrent use.
/// </summary>
internal sealed class ProviderGate : IDisposable
{
    private static readonly FetchOutcome Broken = FetchOutcome.Failed(FetchOutcomeKind.Transient, MissReason.CircuitOpen);

    // A request that waited so long when its slot ended had no answer in time; one that had just begun says nothing about the provider.
    private static readonly TimeSpan SlowAnswer = TimeSpan.FromMilliseconds(500);

    private readonly IInfluencerDataProvider _provider;
    private readonly TimeProvider _timeProvider;
    private readonly PipelineStatistics _statistics;
    private readonly CircuitBreakerStateProvider _breaker = new();
    private readonly ResiliencePipeline<FetchOutcome> _pipeline;
    private readonly RateLimiter? _rateLimiter;
    private readonly TimeSpan _breakDuration;
    private long _openedAt;

    public ProviderGate(IInfluencerDataProvider provider, FetchingOptions options, PipelineStatistics statistics, TimeProvider timeProvider)
    {
        _provider = provider;
        _statistics = statistics;
        _timeProvider = timeProvider;
        _breakDuration = options.BreakDuration;
        _pipeline = new ResiliencePipelineBuilder<FetchOutcome> { TimeProvider = timeProvider }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<FetchOutcome>
            {
                FailureRatio = 0.5,
                SamplingDuration = TimeSpan.FromSeconds(10),
                // Below this a ratio is chance: with 5% of failures, 10 of 20 fail once in 10^8 windows.
                MinimumThroughput = 20,
                BreakDuration = options.BreakDuration,
                ShouldHandle = arguments => ValueTask.FromResult(IsFailure(arguments.Outcome)),
                OnOpened = _ =>
                {
                    Volatile.Write(ref _openedAt, timeProvider.GetTimestamp());
                    return ValueTask.CompletedTask;
                },
                StateProvider = _breaker,
            })
            .Build();
        if (options.MaxRequestsPerSecond is { } rate)
            _rateLimiter = CreateRateLimiter(rate);
    }

    /// <summary>
    /// True while the breaker keeps requests back. Once the break is over a request is let through, so that it can be the probe: the breaker
    /// itself stays open until somebody asks.
    /// </summary>
    public bool IsOpen =>
        _breaker.CircuitState == CircuitState.Open && _timeProvider.GetElapsedTime(Volatile.Read(ref _openedAt)) < _breakDuration;

    /// <summary>Asks the provider once; <see cref="MissReason.CircuitOpen"/> when the breaker kept the request back.</summary>
    public async ValueTask<FetchOutcome> FetchAsync(long influencerId, CancellationToken cancellationToken)
    {
        if (_rateLimiter is not null)
            using (await _rateLimiter.AcquireAsync(1, cancellationToken)) { }
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        _statistics.RequestStarted();
        try
        {
            var outcome = await _pipeline.ExecuteOutcomeAsync(CallAsync, context, new Call(this, influencerId, _timeProvider.GetTimestamp()));
            // An open breaker is the one exception that the pipeline makes of its own; the provider's are cancellation and bugs.
            if (outcome.Exception is BrokenCircuitException)
                return Broken;
            if (outcome.Exception is not null)
                outcome.ThrowIfException();
            if (!outcome.Result.IsOk)
                _statistics.AttemptFailed(outcome.Result.Reason);
            return outcome.Result;
        }
        finally
        {
            _statistics.RequestEnded();
            ResilienceContextPool.Shared.Return(context);
        }
    }

    public void Dispose() => _rateLimiter?.Dispose();

    private static async ValueTask<Outcome<FetchOutcome>> CallAsync(ResilienceContext context, Call call)
    {
        try
        {
            return Outcome.FromResult(await call.Gate._provider.FetchAsync(call.InfluencerId, context.CancellationToken));
        }
        catch (OperationCanceledException) when (call.Gate._timeProvider.GetElapsedTime(call.Started) >= SlowAnswer)
        {
            // Else a provider that never answers would not be noticed when an interval is shorter than the time limit of a request.
            return Outcome.FromResult(FetchOutcome.Failed(FetchOutcomeKind.Transient, MissReason.Timeout));
        }
        catch (Exception exception)
        {
            // The pipeline carries exceptions as values; FetchAsync throws it again.
            return Outcome.FromException<FetchOutcome>(exception);
        }
    }

    // A probe that was cut short proves nothing, and the breaker takes what is no failure for a success.
    private bool IsFailure(in Outcome<FetchOutcome> outcome) => outcome.Exception is not null
        ? _breaker.CircuitState == CircuitState.HalfOpen
        : outcome.Result.Kind is FetchOutcomeKind.Throttled or FetchOutcomeKind.Transient or FetchOutcomeKind.Malformed;

    // Permits come in tenths of a second, so that a burst is at most a tenth of the rate.
    private static TokenBucketRateLimiter CreateRateLimiter(int rate) => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = Math.Max(1, rate / 10),
        TokensPerPeriod = Math.Max(1, rate / 10),
        ReplenishmentPeriod = TimeSpan.FromSeconds((double)Math.Max(1, rate / 10) / rate),
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        AutoReplenishment = true,
    });

    private readonly record struct Call(ProviderGate Gate, long InfluencerId, long Started);
}
