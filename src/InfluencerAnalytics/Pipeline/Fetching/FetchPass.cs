using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Providers;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>Ids that are asked for together, and what came of each. The engine's workers fill it in; one visit reads it when it is complete.</summary>
/// <param name="ids">Whom to ask about.</param>
/// <param name="isFirst">Whether nobody was asked about these in this slot before.</param>
/// <param name="end">When the work on the slot is over.</param>
/// <param name="cancellationToken">Cancelled then, or when the process stops.</param>
internal sealed class FetchPass(IReadOnlyList<long> ids, bool isFirst, SlotEnd end, CancellationToken cancellationToken)
{
    public static readonly FetchOutcome NotReached = FetchOutcome.Failed(FetchOutcomeKind.Transient, MissReason.NotReached);

    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = ids.Count;

    public IReadOnlyList<long> Ids { get; } = ids;

    /// <summary>Whether nobody was asked about these in this slot before.</summary>
    public bool IsFirst { get; } = isFirst;

    public SlotEnd End { get; } = end;

    /// <summary>Cancelled when the slot is over or the process stops: what was not asked until then is not reached.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

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
