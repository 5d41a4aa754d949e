using System.Collections.Concurrent;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Providers;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>A provider that judges as the test says, after a latency on the test's clock. Safe for concurrent use.</summary>
internal sealed class ScriptedSuspicion(TimeProvider timeProvider) : ISuspicionProvider
{
    private int _inFlight;
    private int _mostInFlight;

    /// <summary>Decides the verdict, or why there is none; by default the odd ones are suspicious.</summary>
    public Func<long, SuspicionOutcome>? Answer { get; set; }

    public TimeSpan Latency { get; set; }

    public int MostInFlight => Volatile.Read(ref _mostInFlight);

    /// <summary>Who was asked about, when (epoch milliseconds) and on what numbers.</summary>
    public ConcurrentQueue<(long Id, long At, long Followers, long Following)> Asked { get; } = new();

    private long NowMs => timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    public static SuspicionOutcome Failed(MissReason reason, TimeSpan? retryAfter = null) =>
        SuspicionOutcome.Failed(reason == MissReason.Throttled ? FetchOutcomeKind.Throttled : FetchOutcomeKind.Transient, reason, retryAfter);

    public SuspicionOutcome Good(long id) => SuspicionOutcome.Ok(id % 2 != 0, NowMs);

    public async ValueTask<SuspicionOutcome> CheckAsync(long influencerId, long followerCount, long followingCount, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        Asked.Enqueue((influencerId, NowMs, followerCount, followingCount));
        InterlockedMax(ref _mostInFlight, Interlocked.Increment(ref _inFlight));
        try
        {
            if (Latency > TimeSpan.Zero)
                await Task.Delay(Latency < timeLimit ? Latency : timeLimit, timeProvider, cancellationToken);
            return Latency > timeLimit ? Failed(MissReason.Timeout) : Answer?.Invoke(influencerId) ?? Good(influencerId);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }
}
