using System.Runtime.CompilerServices;

namespace InfluencerAnalytics.Embedded.Influencers;

/// <summary>
/// Every influencer ever heard of, in memory: an open-addressing index from id to row, over rows in blocks of 512. Growing adds
/// a block and copies no row. A million influencers take 64 MB of rows and 8 MB of index. Not safe for concurrent use.
/// </summary>
internal sealed class InfluencerTable
{
    public const int BlockRows = 512;

    private const int BlockShift = 9;
    private const int BlockMask = BlockRows - 1;

    private readonly List<Block> _blocks = [];
    private int[] _index = new int[1024];
    private int _shift = 64 - 10;

    public int Count { get; private set; }

    public int BlockCount => _blocks.Count;

    /// <summary>The greatest change version given out.</summary>
    public long Version { get; private set; }

    public ref InfluencerRow this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _blocks[row >> BlockShift].Rows[row & BlockMask];
    }

    /// <summary>The row of an influencer, or -1.</summary>
    public int Find(long id)
    {
        var index = _index;
        var mask = index.Length - 1;
        for (var i = Hash(id); ; i = (i + 1) & mask)
        {
            var entry = index[i];
            if (entry == 0)
                return -1;
            if (this[entry - 1].Id == id)
                return entry - 1;
        }
    }

    public int GetOrAdd(long id)
    {
        var row = Find(id);
        return row >= 0 ? row : Add(id);
    }

    /// <summary>Notes that a row changed.</summary>
    public void Touch(int row)
    {
        var block = _blocks[row >> BlockShift];
        block.Version = block.Rows[row & BlockMask].ChangeVersion = ++Version;
    }

    /// <summary>Notes that a row changed in a way that only the next checkpoint must know.</summary>
    public void TouchQuietly(int row) => _blocks[row >> BlockShift].Version = ++Version;

    public int RowsInBlock(int block) => Math.Min(BlockRows, Count - block * BlockRows);

    public ReadOnlySpan<InfluencerRow> GetBlock(int block) => _blocks[block].Rows.AsSpan(0, RowsInBlock(block));

    /// <summary>The greatest version of a change in the block: a scan for later changes passes it by.</summary>
    public long BlockVersion(int block) => _blocks[block].Version;

    /// <summary>The block's version when it was last saved.</summary>
    public ref long SavedVersion(int block) => ref _blocks[block].SavedVersion;

    public long[] SortedIds()
    {
        var ids = new long[Count];
        for (var row = 0; row < ids.Length; row++)
            ids[row] = this[row].Id;
        Array.Sort(ids);
        return ids;
    }

    private int Add(long id)
    {
        if (Count * 3L >= _index.Length * 2L)
            Grow();
        if (Count == _blocks.Count * BlockRows)
            _blocks.Add(new Block());
        var row = Count++;
        this[row].Id = id;
        Insert(id, row);
        return row;
    }

    private void Insert(long id, int row)
    {
        var mask = _index.Length - 1;
        var i = Hash(id);
        while (_index[i] != 0)
            i = (i + 1) & mask;
        _index[i] = row + 1;
    }

    private void Grow()
    {
        _index = new int[_index.Length * 2];
        _shift--;
        for (var row = 0; row < Count; row++)
            Insert(this[row].Id, row);
    }

    // Fibonacci hashing (Knuth, TAOCP vol. 3, 6.4): ids come in runs, which this spreads evenly.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Hash(long id) => (int)(unchecked((ulong)id * 11400714819323198485UL) >> _shift);

    private sealed class Block
    {
        public readonly InfluencerRow[] Rows = new InfluencerRow[BlockRows];
        public long Version;
        public long SavedVersion;
    }
}
