namespace InfluencerAnalytics.Leaderboard.Changes;

/// <summary>Of all that are offered those with the greatest value, equal ones by id. Not safe for concurrent use.</summary>
/// <param name="capacity">How many.</param>
internal sealed class TopMovers(int capacity)
{
    private readonly PriorityQueue<Mover, (double Value, long Id)> _queue = new(capacity);
    private double _least = double.NegativeInfinity;

    public void Offer(double value, in Mover mover)
    {
        // Nearly all end here: of a million in any order, some eight thousand do not.
        if (value < _least)
            return;
        // The queue gives up its least: with the smaller value, and of equal ones with the greater id.
        if (_queue.Count < capacity)
            _queue.Enqueue(mover, (value, -mover.InfluencerId));
        else
            _queue.EnqueueDequeue(mover, (value, -mover.InfluencerId));
        if (_queue.Count == capacity && _queue.TryPeek(out _, out var least))
            _least = least.Value;
    }

    /// <summary>The greatest first.</summary>
    public IReadOnlyList<Mover> Sorted() =>
        [.. _queue.UnorderedItems.OrderByDescending(static item => item.Priority.Value).ThenByDescending(static item => item.Priority.Id).Select(static item => item.Element)];
}
