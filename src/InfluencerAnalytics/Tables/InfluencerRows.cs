using System.Runtime.CompilerServices;

namespace InfluencerAnalytics.Tables;

/// <summary>
/// A row of every influencer ever heard of, found by id: rows in chunks that never move, in the order in which they were added, and over them an index of
/// 8 bytes a row, which is a quarter of a dictionary's: docs/benchmarks.md, "Tables" (<c>tables</c>). Rows are never taken out. Not safe for concurrent use.
/// </summary>
/// <param name="chunkBits">A chunk holds 2 to the power of so many rows.</param>
public sealed class InfluencerRows<TRow>(int chunkBits)
    where TRow : struct, IInfluencerRow
{
    private const int FirstIndexBits = 10;

    private readonly List<TRow[]> _chunks = [];

    // Place + 1 of the row whose turn is after the one at this place, 0 for none: the chunks of the chains.
    private readonly List<int[]> _next = [];

    // Place + 1 of the first row of a cell's chain, 0 for none. As many cells as rows at least, so that a chain has one or two.
    private int[] _first = new int[1 << FirstIndexBits];
    private int _bits = FirstIndexBits;

    public int Count { get; private set; }

    public ref TRow this[int place]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _chunks[place >> chunkBits][place & (ChunkRows - 1)];
    }

    private int ChunkRows => 1 << chunkBits;

    /// <summary>The place of the influencer, or -1.</summary>
    public int Find(long id)
    {
        var place = _first[CellOf(id)] - 1;
        while (place >= 0 && this[place].Id != id)
            place = Next(place) - 1;
        return place;
    }

    /// <summary>The place of the influencer, made when there was none.</summary>
    public int FindOrAdd(long id)
    {
        if (Find(id) is >= 0 and var known)
            return known;
        if (Count == _first.Length)
            GrowIndex();
        var place = Count++;
        if (place >> chunkBits == _chunks.Count)
        {
            _chunks.Add(new TRow[ChunkRows]);
            _next.Add(new int[ChunkRows]);
        }
        this[place].Id = id;
        Index(id, place);
        return place;
    }

    /// <summary>The rows that a chunk holds so far.</summary>
    public ReadOnlySpan<TRow> Chunk(int chunk) => _chunks[chunk].AsSpan(0, Math.Min(ChunkRows, Count - (chunk << chunkBits)));

    private void GrowIndex()
    {
        _first = new int[_first.Length * 2];
        _bits++;
        for (var place = 0; place < Count; place++)
            Index(this[place].Id, place);
    }

    private void Index(long id, int place)
    {
        ref var first = ref _first[CellOf(id)];
        Next(place) = first;
        first = place + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref int Next(int place) => ref _next[place >> chunkBits][place & (ChunkRows - 1)];

    // Ids come and are asked for in runs. A run keeps to cells in a row, where no two meet and each line of the cache serves sixteen; which runs share cells is
    // scattered by Fibonacci hashing (Knuth, TAOCP vol. 3, 6.4), else ids that all end alike would share a few.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int CellOf(long id) => (int)(id + (long)(unchecked((ulong)(id >> _bits) * 11400714819323198485UL) >> 32)) & (_first.Length - 1);
}
