namespace InfluencerAnalytics.Leaderboard;

/// <summary>
/// Who stands where: a tree of all who are ranked, and beside it one of the suspicious among them, so that a rank among the others is the difference of two. Both orders are
/// that of <see cref="RankTree"/>. Not safe for concurrent use.
/// </summary>
internal sealed class Ranking
{
    // Entries looked at in one go where some are left out: 8 KB of the stack.
    private const int Run = 256;

    private readonly RankTree _all;
    private readonly RankTree _suspicious;

    public Ranking()
        : this(new RankTree(), new RankTree())
    {
    }

    /// <param name="all">Everyone.</param>
    /// <param name="suspicious">Those of them that can be left out.</param>
    public Ranking(RankTree all, RankTree suspicious) => (_all, _suspicious) = (all, suspicious);

    /// <summary>How many are ranked.</summary>
    public int Count(bool withoutSuspicious) => withoutSuspicious ? _all.Count - _suspicious.Count : _all.Count;

    /// <summary>1 + the number of those with more followers.</summary>
    public int Rank(long followers, bool withoutSuspicious) =>
        1 + _all.CountAbove(followers) - (withoutSuspicious ? _suspicious.CountAbove(followers) : 0);

    /// <summary>How many come before an entry, those of equal counts with a smaller id included.</summary>
    public int CountBefore(long followers, long id, bool withoutSuspicious) =>
        _all.CountBefore(followers, id) - (withoutSuspicious ? _suspicious.CountBefore(followers, id) : 0);

    /// <summary>Puts one row in the place of what it was.</summary>
    public void Change(in LatestRow before, in LatestRow after)
    {
        var isMoved = before.Followers != after.Followers;
        Change(_all, before, after, before.IsRanked, after.IsRanked, isMoved);
        Change(_suspicious, before, after, before.IsRankedSuspicious, after.IsRankedSuspicious, isMoved);
    }

    /// <summary>Copies entries from an offset on, until <paramref name="followers"/> is full. Returns how many it copied.</summary>
    public int CopyTo(int offset, bool withoutSuspicious, Span<long> followers, Span<long> ids)
    {
        if (!withoutSuspicious || _suspicious.Count == 0)
            return _all.CopyTo(offset, followers, ids);
        var copied = 0;
        while (copied < followers.Length && offset + copied < Count(withoutSuspicious: true))
        {
            var run = CopyRun(offset + copied, followers[copied..], ids[copied..]);
            // Never, as long as the second tree is part of the first; going round for ever would hold up everyone.
            if (run == 0)
                throw new InvalidOperationException("The suspicious are not all among those who are ranked.");
            copied += run;
        }
        return copied;
    }

    private static void Change(RankTree tree, in LatestRow before, in LatestRow after, bool wasIn, bool isIn, bool isMoved)
    {
        if (wasIn && isIn && !isMoved)
            return;
        if (wasIn)
            tree.Remove(before.Followers, before.Id);
        if (isIn)
            tree.Add(after.Followers, after.Id);
    }

    // The first entry of the run is one that is not left out, so that at least one is copied.
    private int CopyRun(int offset, Span<long> followers, Span<long> ids)
    {
        var leftOut = CountLeftOutBefore(offset);
        Span<long> runFollowers = stackalloc long[Run];
        Span<long> runIds = stackalloc long[Run];
        var length = _all.CopyTo(offset + leftOut, runFollowers, runIds);
        Span<long> otherFollowers = stackalloc long[Run];
        Span<long> otherIds = stackalloc long[Run];
        var others = _suspicious.CopyTo(leftOut, otherFollowers, otherIds);
        var (copied, other) = (0, 0);
        for (var i = 0; i < length && copied < followers.Length; i++)
        {
            if (other < others && otherIds[other] == runIds[i])
            {
                other++;
                continue;
            }
            followers[copied] = runFollowers[i];
            ids[copied++] = runIds[i];
        }
        return copied;
    }

    // How many of the suspicious come before the entry that so many of the others come before: those that have no more of the others before them. By
    // halving, since that number rises from one of them to the next.
    private int CountLeftOutBefore(int offset)
    {
        var (low, high) = (0, _suspicious.Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var (followers, id) = _suspicious.At(middle);
            if (_all.CountBefore(followers, id) - middle <= offset)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
