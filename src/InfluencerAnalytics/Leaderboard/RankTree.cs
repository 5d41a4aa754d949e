namespace InfluencerAnalytics.Leaderboard;

/// <summary>
/// A counted (order-statistic) B+ tree over (followers, id) in ranking order: most followers first, equal ones by id.
/// Add, remove, rank and select are O(log n). About 20 bytes an entry. Not safe for concurrent use.
/// </summary>
internal sealed class RankTree
{
    // The nodes sort ascending, so the key is the negated follower count; counts are never negative, so this cannot overflow.
    private RankTreeNode _root = RankTreeNode.Leaf();

    public int Count { get; private set; }

    /// <summary>A tree of all these, none twice. The arrays are used up: sorted in place.</summary>
    public static RankTree Of(long[] followers, long[] ids)
    {
        foreach (ref var key in followers.AsSpan())
            key = -key;
        Array.Sort(followers, ids);
        // Equal counts are ranked by id.
        for (var start = 0; start < ids.Length;)
        {
            var end = start + 1;
            while (end < ids.Length && followers[end] == followers[start])
                end++;
            if (end - start > 1)
                Array.Sort(ids, start, end - start);
            start = end;
        }
        return new RankTree { _root = RankTreeNode.OfSorted(followers, ids), Count = ids.Length };
    }

    /// <returns>False when it is in the tree already.</returns>
    public bool Add(long followers, long id)
    {
        if (!_root.Insert(-followers, id))
            return false;
        Count++;
        if (_root.IsFull)
            _root = RankTreeNode.Over(_root, Count);
        return true;
    }

    /// <returns>False when it is not in the tree.</returns>
    public bool Remove(long followers, long id)
    {
        if (!_root.Remove(-followers, id))
            return false;
        Count--;
        while (_root.OnlyChild is { } child)
            _root = child;
        return true;
    }

    /// <summary>How many entries have more followers.</summary>
    public int CountAbove(long followers) => _root.CountBefore(-followers, long.MinValue);

    /// <summary>How many entries come before this one in ranking order.</summary>
    public int CountBefore(long followers, long id) => _root.CountBefore(-followers, id);

    /// <summary>The entry that so many others come before.</summary>
    public (long Followers, long Id) At(int place)
    {
        Span<long> followers = stackalloc long[1];
        Span<long> ids = stackalloc long[1];
        return CopyTo(place, followers, ids) == 1 ? (followers[0], ids[0]) : throw new ArgumentOutOfRangeException(nameof(place), place, $"There are {Count} entries.");
    }

    /// <summary>Copies entries in ranking order from the offset on, until <paramref name="followers"/> is full. Returns how many it copied.</summary>
    public int CopyTo(int offset, Span<long> followers, Span<long> ids)
    {
        var copied = _root.CopyTo(offset, followers, ids);
        foreach (ref var key in followers[..copied])
            key = -key;
        return copied;
    }
}
