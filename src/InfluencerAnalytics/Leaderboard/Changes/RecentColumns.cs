using System.Buffers;

namespace InfluencerAnalytics.Leaderboard.Changes;

/// <summary>
/// Copies of the leaderboard's follower counts, one at the beginning of each ten minutes of slots, of the last hour and a little more: the changes over an hour start from one of
/// them, and no history is read for them. At most <see cref="MaxKept"/>, 28 bytes an influencer. For one thread.
/// </summary>
internal sealed class RecentColumns(InfluencerLeaderboard leaderboard, FollowerAnchors anchors)
{
    // A finer grid costs memory for each copy, a coarser one makes the hour longer: with ten minutes it is 60 to 70.
    public const long StepMs = 600_000;

    /// <summary>The one that an hour starts from, and those of the hour after it.</summary>
    public const int MaxKept = 8;

    private readonly List<ChangeBase> _kept = new(MaxKept + 1);
    // The slot at which the step of the newest copy began to be copied.
    private long _begun;

    /// <summary>
    /// Whether a copy is due: the first newest slot within ten minutes of the grid; and a later one as long as it is near, while the copy is of fewer than the one before by more than one in a
    /// hundred, as after an outage of the store, when the newest slot is stored before all of it is.
    /// </summary>
    public bool IsDue(long asOf) => asOf / StepMs > _begun / StepMs || (IsThin && asOf > _kept[^1].Since && asOf - _begun <= _kept[^1].NearMs);

    private bool IsThin => _kept is [.., var before, var newest] && newest.Followers.Count < before.Followers.Count - before.Followers.Count / 100;

    /// <summary>The moment of the oldest that is kept, in epoch milliseconds; null before the first.</summary>
    public long? First => _kept.Count == 0 ? null : _kept[0].Since;

    /// <summary>Takes one now.</summary>
    /// <param name="asOf">The newest slot, in epoch milliseconds.</param>
    /// <param name="nearMs">Who was read last longer before it is left out.</param>
    public void Take(long asOf, long nearMs)
    {
        var column = new FollowerColumn(anchors);
        var rows = ArrayPool<LatestRow>.Shared.Rent(InfluencerLeaderboard.ChunkRows);
        for (var chunk = 0; leaderboard.CopyChunk(chunk, rows) is > 0 and var count; chunk++)
        {
            for (var i = 0; i < count; i++)
            {
                if (rows[i].IsRanked && rows[i].Slot >= asOf - nearMs)
                    column.Set(chunk * InfluencerLeaderboard.ChunkRows + i, rows[i].Followers);
            }
        }
        ArrayPool<LatestRow>.Shared.Return(rows);
        if (asOf / StepMs > _begun / StepMs)
            _begun = asOf;
        else
            _kept.RemoveAt(_kept.Count - 1);
        _kept.Add(new ChangeBase(asOf, nearMs, column));
        while (_kept.Count > MaxKept || (_kept.Count > 1 && _kept[1].Since <= asOf - ChangeWindows.HourMs))
            _kept.RemoveAt(0);
    }

    /// <summary>The newest of a moment or earlier, by no more than a step and what is near; null when there is none.</summary>
    public ChangeBase? At(long moment) => _kept.FindLast(one => one.Since <= moment && one.Since > moment - StepMs - one.NearMs);
}
