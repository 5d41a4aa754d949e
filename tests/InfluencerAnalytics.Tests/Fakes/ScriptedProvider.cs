using System.Collections.Concurrent;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Providers;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>A provider that answers as the test says, after a latency on the test's clock. Safe for concurrent use.</summary>
internal sealed class ScriptedProvider(TimeProvider timeProvider) : IInfluencerDataProvider
{
    private long _requests;
    private int _inFlight;

    /// <summary>Decides the answer; by default every influencer has 10 times its id as followers.</summary>
    public Func<long, FetchOutcome>? Answer { get; set; }

    /// <summary>How long an answer takes; infinite never answers.</summary>
    public TimeSpan Latency { get; set; }

    public long Requests => Interlocked.Read(ref _requests);

    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>When each influencer was asked for, in epoch milliseconds.</summary>
    public ConcurrentQueue<(long Id, long At)> Asked { get; } = new();

    private long NowMs => timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    public static FetchOutcome Failed(MissReason reason, TimeSpan? retryAfter = null) => FetchOutcome.Failed(
        reason switch
        {
            MissReason.NotFound => FetchOutcomeKind.NotFound,
            MissReason.Throttled => FetchOutcomeKind.Throttled,
            MissReason.MalformedBody or MissReason.BadCount or MissReason.WrongInfluencer => FetchOutcomeKind.Malformed,
            _ => FetchOutcomeKind.Transient,
        },
        reason,
        retryAfter);

    public FetchOutcome Good(long id) => FetchOutcome.Ok(id * 10, id, NowMs, $"influencer-{id}");

    public async ValueTask<FetchOutcome> FetchAsync(long influencerId, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Increment(ref _inFlight);
        Asked.Enqueue((influencerId, NowMs));
        try
        {
            if (Latency != TimeSpan.Zero)
                await Task.Delay(Latency, timeProvider, cancellationToken);
            return Answer?.Invoke(influencerId) ?? Good(influencerId);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }
}
