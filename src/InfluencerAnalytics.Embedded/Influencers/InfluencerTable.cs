using System.Runtime.CompilerServices;
using InfluencerAnalytics.Tables;

namespace InfluencerAnalytics.Embedded.Influencers;

/// <summary>
/// Every influencer ever heard of, in memory, in blocks of 512 rows, with the versions of what changed. A million influencers take 64 MB of rows and 8 MB of index.
/// Not safe for concurrent use.
/// </summary>
internal sealed class InfluencerTable
{
    public const int BlockRows = 1 << BlockBits;

    private const int BlockBits = 9;

    private readonly InfluencerRows<InfluencerRow> _rows = new(BlockBits);
    private readonly List<BlockVersions> _blocks = [];

    public int Count => _rows.Count;

    public int BlockCount => _blocks.Count;

    /// <summary>The greatest change version given out.</summary>
    public long Version { get; private set; }

    public ref InfluencerRow this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _rows[row];
    }

    /// <summary>The row of an influencer, or -1.</summary>
    public int Find(long id) => _rows.Find(id);

    public int GetOrAdd(long id)
    {
        var row = _rows.FindOrAdd(id);
        if (row >> BlockBits == _blocks.Count)
            _blocks.Add(new BlockVersions());
        return row;
    }

    /// <summary>Notes that a row changed.</summary>
    public void Touch(int row) => _blocks[row >> BlockBits].Latest = _rows[row].ChangeVersion = ++Version;

    /// <summary>Notes that a row changed in a way that only the next checkpoint must know.</summary>
    public void TouchQuietly(int row) => _blocks[row >> BlockBits].Latest = ++Version;

    public int RowsInBlock(int block) => _rows.Chunk(block).Length;

    public ReadOnlySpan<InfluencerRow> GetBlock(int block) => _rows.Chunk(block);

    /// <summary>The greatest version of a change in the block: a scan for later changes passes it by.</summary>
    public long BlockVersion(int block) => _blocks[block].Latest;

    /// <summary>The block's version when it was last saved.</summary>
    public ref long SavedVersion(int block) => ref _blocks[block].Saved;

    /// <summary>All ids, in the order in which they were added.</summary>
    public long[] Ids()
    {
        var ids = new long[Count];
        for (var row = 0; row < ids.Length; row++)
            ids[row] = this[row].Id;
        return ids;
    }

    public long[] SortedIds()
    {
        var ids = Ids();
        Array.Sort(ids);
        return ids;
    }

    private sealed class BlockVersions
    {
        public long Latest;
        public long Saved;
    }
}
