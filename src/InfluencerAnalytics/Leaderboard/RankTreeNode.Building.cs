namespace InfluencerAnalytics.Leaderboard;

/// <summary>Building a tree from what is in order already.</summary>
internal sealed partial class RankTreeNode
{
    private const int Filled = Capacity * 3 / 4;

    /// <summary>A tree of keys in order: every node three quarters full, so that the next changes neither split nor merge it.</summary>
    public static RankTreeNode OfSorted(ReadOnlySpan<long> keys, ReadOnlySpan<long> ids)
    {
        var level = new RankTreeNode[NodesFor(keys.Length)];
        for (var i = 0; i < level.Length; i++)
        {
            var (start, end) = Share(keys.Length, level.Length, i);
            var leaf = level[i] = Leaf();
            leaf._length = end - start;
            keys[start..end].CopyTo(leaf._keys);
            ids[start..end].CopyTo(leaf._ids);
        }
        while (level.Length > 1)
        {
            var parents = new RankTreeNode[NodesFor(level.Length)];
            for (var i = 0; i < parents.Length; i++)
            {
                var (start, end) = Share(level.Length, parents.Length, i);
                parents[i] = Over(level.AsSpan(start, end - start));
            }
            level = parents;
        }
        return level[0];
    }

    private static RankTreeNode Over(ReadOnlySpan<RankTreeNode> children)
    {
        var node = new RankTreeNode(isLeaf: false) { _length = children.Length };
        for (var i = 0; i < children.Length; i++)
        {
            node._children![i] = children[i];
            node._counts![i] = children[i].CountAll();
            node.NoteFirst(i);
        }
        return node;
    }

    private static int NodesFor(int keys) => Math.Max(1, (keys + Filled - 1) / Filled);

    private static (int Start, int End) Share(int length, int nodes, int index) =>
        ((int)((long)length * index / nodes), (int)((long)length * (index + 1) / nodes));

    private int CountAll()
    {
        if (_counts is null)
            return _length;
        var keys = 0;
        foreach (var count in _counts.AsSpan(0, _length))
            keys += count;
        return keys;
    }
}
