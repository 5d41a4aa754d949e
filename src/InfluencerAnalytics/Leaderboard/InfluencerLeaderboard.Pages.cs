namespace InfluencerAnalytics.Leaderboard;

/// <summary>Reading many rows at once: pages in ranking order, and chunks as they lie in memory.</summary>
internal sealed partial class InfluencerLeaderboard
{
    /// <summary>The lines from an offset on; fewer than the limit at the end.</summary>
    /// <param name="withoutSuspicious">Leaves them out: ranks and total are among the others only.</param>
    public LeaderboardPage ReadPage(int offset, int limit, bool withoutSuspicious)
    {
        lock (_lock)
            return PageAt(offset, limit, withoutSuspicious);
    }

    /// <summary>A page with one influencer in its middle, or as near as the two ends let it. Null when it is not listed.</summary>
    public LeaderboardPage? ReadAround(long id, int limit, bool withoutSuspicious)
    {
        lock (_lock)
        {
            var place = _table.Find(id);
            if (place < 0 || _isLoading)
                return null;
            ref readonly var entry = ref _table[place];
            if (!entry.IsRanked || (withoutSuspicious && entry.IsRankedSuspicious))
                return null;
            var before = _ranking.CountBefore(entry.Followers, id, withoutSuspicious);
            var last = Math.Max(0, _ranking.Count(withoutSuspicious) - limit);
            return PageAt(Math.Clamp(before - limit / 2, 0, last), limit, withoutSuspicious);
        }
    }

    /// <summary>The places of the rows of influencers; -1 for one never heard of.</summary>
    public void FindPlaces(ReadOnlySpan<long> ids, Span<int> places)
    {
        lock (_lock)
        {
            for (var i = 0; i < ids.Length; i++)
                places[i] = _table.Find(ids[i]);
        }
    }

    /// <summary>Copies a chunk of rows, those of the places from <paramref name="chunk"/> times <see cref="ChunkRows"/> on. Returns how many there are; 0 behind the last.</summary>
    public int CopyChunk(int chunk, Span<LatestRow> into)
    {
        lock (_lock)
        {
            if (chunk << ChunkBits >= _table.Count)
                return 0;
            var rows = _table.Chunk(chunk);
            rows.CopyTo(into);
            return rows.Length;
        }
    }

    private LeaderboardPage PageAt(int offset, int limit, bool withoutSuspicious)
    {
        var total = _ranking.Count(withoutSuspicious);
        var length = Math.Clamp(total - offset, 0, limit);
        var followers = new long[length];
        var ids = new long[length];
        _ranking.CopyTo(offset, withoutSuspicious, followers, ids);
        var lines = new RankedInfluencer[length];
        for (var i = 0; i < length; i++)
        {
            // Only the first line can share its rank with one before the page.
            var rank = i == 0 ? _ranking.Rank(followers[0], withoutSuspicious)
                : followers[i] == followers[i - 1] ? lines[i - 1].Rank
                : offset + i + 1;
            var place = _table.Find(ids[i]);
            lines[i] = new RankedInfluencer(rank, _table[place].ToPoint(), _table[place].Suspicious, place);
        }
        return new LeaderboardPage(total, offset, _asOf, lines);
    }
}
