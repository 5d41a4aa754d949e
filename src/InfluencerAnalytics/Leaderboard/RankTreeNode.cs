namespace InfluencerAnalytics.Leaderboard;

/// <summary>
/// A node of <see cref="RankTree"/>: a leaf of keys, or an inner node with its children, the first key below each and how many keys are below each.
/// Not safe for concurrent use.
/// </summary>
/// <remarks>Long, since adding and removing mirror each other and repair what the other one may have left: they are read side by side.</remarks>
internal sealed partial class RankTreeNode
{
    // 128 keys are 2 KiB: an insert moves 1 KiB on average, and a million influencers need two inner levels only.
    public const int Capacity = 128;

    // The two limits leave room on both sides after every repair, so that the next few changes do not cause another one:
    // after evening out each half has more than 56, after a merge there are 16 places left.
    private const int Low = Capacity * 3 / 8;
    private const int Comfortable = Capacity * 7 / 8;

    private readonly long[] _keys = new long[Capacity];
    private readonly long[] _ids = new long[Capacity];
    private readonly RankTreeNode[]? _children;
    private readonly int[]? _counts;
    private int _length;

    private RankTreeNode(bool isLeaf)
    {
        if (isLeaf)
            return;
        _children = new RankTreeNode[Capacity];
        _counts = new int[Capacity];
    }

    public bool IsFull => _length == Capacity;

    /// <summary>The only child when there is but one: the tree is then a level too high.</summary>
    public RankTreeNode? OnlyChild => _children is not null && _length == 1 ? _children[0] : null;

    public static RankTreeNode Leaf() => new(isLeaf: true);

    /// <summary>A new root over a full one, which is split.</summary>
    public static RankTreeNode Over(RankTreeNode full, int count)
    {
        var root = new RankTreeNode(isLeaf: false) { _length = 1 };
        root._children![0] = full;
        root._counts![0] = count;
        root.NoteFirst(0);
        root.Split(0);
        return root;
    }

    public bool Insert(long key, long id)
    {
        if (_children is null)
            return InsertHere(key, id);
        var at = ChildFor(key, id);
        var child = _children[at];
        if (!child.Insert(key, id))
            return false;
        _counts![at]++;
        NoteFirst(at);
        if (child.IsFull)
            Relieve(at);
        return true;
    }

    public bool Remove(long key, long id)
    {
        if (_children is null)
            return RemoveHere(key, id);
        var at = ChildFor(key, id);
        var child = _children[at];
        if (!child.Remove(key, id))
            return false;
        _counts![at]--;
        NoteFirst(at);
        if (child._length < Low && _length > 1)
            Mend(at);
        return true;
    }

    /// <summary>How many keys are smaller than (key, id).</summary>
    public int CountBefore(long key, long id)
    {
        var node = this;
        var before = 0;
        while (node._children is not null)
        {
            var at = node.ChildFor(key, id);
            foreach (var count in node._counts.AsSpan(0, at))
                before += count;
            node = node._children[at];
        }
        return before + node.LowerBound(key, id);
    }

    /// <summary>Copies keys in order, leaving out the first <paramref name="skip"/>, until <paramref name="keys"/> is full. Returns how many it copied.</summary>
    public int CopyTo(int skip, Span<long> keys, Span<long> ids)
    {
        if (_children is null)
        {
            var length = Math.Clamp(_length - skip, 0, keys.Length);
            _keys.AsSpan(Math.Min(skip, _length), length).CopyTo(keys);
            _ids.AsSpan(Math.Min(skip, _length), length).CopyTo(ids);
            return length;
        }
        var copied = 0;
        for (var i = 0; i < _length && copied < keys.Length; i++)
        {
            if (skip >= _counts![i])
            {
                skip -= _counts[i];
                continue;
            }
            copied += _children[i].CopyTo(skip, keys[copied..], ids[copied..]);
            skip = 0;
        }
        return copied;
    }

    private bool InsertHere(long key, long id)
    {
        var at = LowerBound(key, id);
        if (at < _length && _keys[at] == key && _ids[at] == id)
            return false;
        OpenGap(at, 1);
        _keys[at] = key;
        _ids[at] = id;
        return true;
    }

    private bool RemoveHere(long key, long id)
    {
        var at = LowerBound(key, id);
        if (at == _length || _keys[at] != key || _ids[at] != id)
            return false;
        CloseGap(at, 1);
        return true;
    }

    private int LowerBound(long key, long id)
    {
        var low = 0;
        var high = _length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var other = _keys[middle];
            if (other < key || (other == key && _ids[middle] < id))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    // The last child whose first key is not greater; the first one when all are.
    private int ChildFor(long key, long id) => Math.Max(0, LowerBound(key, id + 1) - 1);

    private void NoteFirst(int at)
    {
        _keys[at] = _children![at]._keys[0];
        _ids[at] = _children[at]._ids[0];
    }

    // Giving to a neighbour before splitting keeps the nodes about four fifths full instead of two thirds: 20 MB for a million rather than 24.
    private void Relieve(int at)
    {
        var left = at > 0 ? _children![at - 1]._length : Capacity;
        var right = at + 1 < _length ? _children![at + 1]._length : Capacity;
        if (Math.Min(left, right) <= Comfortable)
            EvenOut(left <= right ? at - 1 : at);
        else
            Split(at);
    }

    private void Mend(int at)
    {
        var first = at > 0 ? at - 1 : at;
        if (_children![first]._length + _children[first + 1]._length > Comfortable)
        {
            EvenOut(first);
            return;
        }
        MoveHead(first, _children[first + 1]._length);
        CloseGap(first + 1, 1);
        NoteFirst(first);
    }

    private void Split(int at)
    {
        OpenGap(at + 1, 1);
        _children![at + 1] = new RankTreeNode(_children[at]._children is null);
        _counts![at + 1] = 0;
        MoveTail(at, Capacity / 2);
    }

    private void EvenOut(int at)
    {
        var left = _children![at]._length;
        var wanted = (left + _children[at + 1]._length) / 2;
        if (left > wanted)
            MoveTail(at, left - wanted);
        else
            MoveHead(at, wanted - left);
    }

    /// <summary>Moves the last keys of a child to the front of the next one.</summary>
    private void MoveTail(int at, int length)
    {
        var from = _children![at];
        var to = _children[at + 1];
        to.OpenGap(0, length);
        NoteMoved(at, -CopyRange(from, from._length - length, to, 0, length));
        from.CloseGap(from._length - length, length);
        NoteFirst(at + 1);
    }

    /// <summary>Moves the first keys of the next child to the end of this one. The next one may be left empty, to be dropped.</summary>
    private void MoveHead(int at, int length)
    {
        var from = _children![at + 1];
        var to = _children[at];
        var end = to._length;
        to.OpenGap(end, length);
        NoteMoved(at, CopyRange(from, 0, to, end, length));
        from.CloseGap(0, length);
        NoteFirst(at + 1);
    }

    private void NoteMoved(int at, int keys)
    {
        _counts![at] += keys;
        _counts[at + 1] -= keys;
    }

    /// <returns>How many keys of the tree moved with it.</returns>
    private static int CopyRange(RankTreeNode from, int fromAt, RankTreeNode to, int toAt, int length)
    {
        Array.Copy(from._keys, fromAt, to._keys, toAt, length);
        Array.Copy(from._ids, fromAt, to._ids, toAt, length);
        if (from._children is null)
            return length;
        Array.Copy(from._children, fromAt, to._children!, toAt, length);
        Array.Copy(from._counts!, fromAt, to._counts!, toAt, length);
        var keys = 0;
        foreach (var count in to._counts.AsSpan(toAt, length))
            keys += count;
        return keys;
    }

    private void OpenGap(int at, int length)
    {
        CopyRange(this, at, this, at + length, _length - at);
        _length += length;
    }

    private void CloseGap(int at, int length)
    {
        CopyRange(this, at + length, this, at, _length - at - length);
        _length -= length;
        // What is behind the end must not keep dropped nodes alive.
        _children?.AsSpan(_length, length).Clear();
    }
}
