namespace InfluencerAnalytics.Leaderboard.Changes;

/// <summary>
/// A follower count of each influencer that never changes: the first that one of its columns was given. What the columns hold is the distance from it, in 4 bytes where the
/// count takes 8, and there are nine of them. One writer; readers ask only for places that a column has.
/// </summary>
internal sealed class FollowerAnchors
{
    // The complement of each count, which is never 0: 0 is one that is not set.
    private volatile long[][] _chunks = [];

    public long this[int place] => ~_chunks[place / InfluencerLeaderboard.ChunkRows][place % InfluencerLeaderboard.ChunkRows];

    /// <summary>The anchor of a place, which becomes <paramref name="followers"/> where there is none.</summary>
    public long GetOrSet(int place, long followers)
    {
        var chunk = place / InfluencerLeaderboard.ChunkRows;
        if (chunk >= _chunks.Length)
        {
            var more = new long[chunk + 1][];
            _chunks.CopyTo(more, 0);
            for (var i = _chunks.Length; i < more.Length; i++)
                more[i] = new long[InfluencerLeaderboard.ChunkRows];
            _chunks = more;
        }
        ref var anchor = ref _chunks[chunk][place % InfluencerLeaderboard.ChunkRows];
        if (anchor == 0)
            anchor = ~followers;
        return ~anchor;
    }
}
