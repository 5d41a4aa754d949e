using System.Collections.Concurrent;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Providers;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>A provider that answers as the test says, after a latency on the test's clock. Safe for concurrent use.</summary>
internal sealed class ScriptedProvider(TimeProvider timeProvider) : IInfluencerDataProvider
{
    private long _requests;
    private long _abandoned;
    private int _inFlight;

    /// <summary>Decides the answer; by default every influencer has 10 times its id as followers.</summary>
    public Func<long, FetchOutcome>? Answer { get; set; }

    /// <summary>How long an answer takes, whatever the time limit; infinite never answers.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>The same for each influencer; what takes longer than the time limit is a time-out. Null for all alike.</summary>
    public Func<long, TimeSpan>? LatencyOf { get; set; }

    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Requests that were given up in their midst.</summary>
    public long Abandoned => Interlocked.Read(ref _abandoned);

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

    public async ValueTask<FetchOutcome> FetchAsync(long influencerId, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Increment(ref _inFlight);
        Asked.Enqueue((influencerId, NowMs));
        try
        {
            if (LatencyOf?.Invoke(influencerId) is { } latency && (latency == Timeout.InfiniteTimeSpan || latency > timeLimit))
            {
                await Task.Delay(timeLimit, timeProvider, cancellationToken);
                return Failed(MissReason.Timeout);
            }
            if (Latency != TimeSpan.Zero)
                await Task.Delay(Latency, timeProvider, cancellationToken);
            return Answer?.Invoke(influencerId) ?? Good(influencerId);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _abandoned);
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }
}
