using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Providers;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>Ids that are asked for together, and what came of each. The engine's workers fill it in; one visit reads it when it is complete.</summary>
/// <param name="ids">Whom to ask about.</param>
/// <param name="isFirst">Whether nobody was asked about these in this slot before.</param>
/// <param name="until">When the work on the slot is over, in epoch milliseconds.</param>
/// <param name="interval">The slot's length.</param>
/// <param name="cancellationToken">Cancelled then, or when the process stops.</param>
internal sealed class FetchPass(IReadOnlyList<long> ids, bool isFirst, long until, TimeSpan interval, CancellationToken cancellationToken)
{
    public static readonly FetchOutcome NotReached = FetchOutcome.Failed(FetchOutcomeKind.Transient, MissReason.NotReached);

    // Half of the answers take longer than they do on average.
    private const double Margin = 1.25;

    // Of a provider that takes about an interval to answer, something is read still.
    private readonly double _mostLeadMs = interval.TotalMilliseconds / 4;

    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = ids.Count;

    public IReadOnlyList<long> Ids { get; } = ids;

    /// <summary>Whether nobody was asked about these in this slot before.</summary>
    public bool IsFirst { get; } = isFirst;

    /// <summary>Cancelled when the slot is over or the process stops: what was not asked until then is not reached.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>
    /// Whether an answer would come after the slot is over. A request that is given up in its midst is worked on by most servers all the same: under a
    /// provider that is overloaded, each shard would end with as many requests for nothing as may be in flight.
    /// </summary>
    /// <param name="nowMs">In epoch milliseconds.</param>
    /// <param name="usual">How long an answer takes.</param>
    public bool IsTooLate(long nowMs, TimeSpan usual) => until - nowMs < Math.Min(usual.TotalMilliseconds * Margin, _mostLeadMs);

    /// <summary>In the order of <see cref="Ids"/>.</summary>
    public FetchOutcome[] Outcomes { get; } = new FetchOutcome[ids.Count];

    public Task Completed => _completed.Task;

    public void Complete(int index, in FetchOutcome outcome)
    {
        Outcomes[index] = outcome;
        if (Interlocked.Decrement(ref _left) == 0)
            _completed.SetResult();
    }
}
