using System.Collections.Frozen;
using System.Runtime.InteropServices;
using InfluencerAnalytics.Tables;

namespace InfluencerAnalytics.Benchmarks.Tables;

/// <summary>From an id to its row.</summary>
internal interface ITable
{
    string Name { get; }

    void Build(long[] ids);

    /// <summary>Looks each up and adds up what its row holds.</summary>
    long Sum(long[] ids);
}

/// <summary>A row of 64 bytes, as the embedded store's.</summary>
internal struct BenchmarkRow : IInfluencerRow
{
    public long Id { get; set; }

    public long Value;
    public Int128 Filler1;
    public Int128 Filler2;
    public Int128 Filler3;
}

internal sealed class OwnTable : ITable
{
    public const int RowBytes = 64;

    private readonly InfluencerRows<BenchmarkRow> _rows = new(chunkBits: 9);

    public string Name => "InfluencerRows (the program's)";

    public void Build(long[] ids)
    {
        foreach (var id in ids)
            _rows[_rows.FindOrAdd(id)].Value = id;
    }

    public long Sum(long[] ids)
    {
        var sum = 0L;
        foreach (var id in ids)
        {
            var place = _rows.Find(id);
            if (place >= 0)
                sum += _rows[place].Value;
        }
        return sum;
    }
}

/// <summary>Rows in chunks, as the program's table has them, found by a dictionary.</summary>
internal sealed class DictionaryOfPlaces : ITable
{
    private const int ChunkBits = 9;

    private readonly Dictionary<long, int> _places = [];
    private readonly List<BenchmarkRow[]> _chunks = [];

    public string Name => "Dictionary<long, int> over the same rows";

    public void Build(long[] ids)
    {
        foreach (var id in ids)
        {
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, id, out var exists);
            if (exists)
                continue;
            place = _places.Count - 1;
            if (place >> ChunkBits == _chunks.Count)
                _chunks.Add(new BenchmarkRow[1 << ChunkBits]);
            _chunks[place >> ChunkBits][place & ((1 << ChunkBits) - 1)] = new BenchmarkRow { Id = id, Value = id };
        }
    }

    public long Sum(long[] ids)
    {
        var sum = 0L;
        foreach (var id in ids)
        {
            if (_places.TryGetValue(id, out var place))
                sum += _chunks[place >> ChunkBits][place & ((1 << ChunkBits) - 1)].Value;
        }
        return sum;
    }
}

/// <summary>The rows in the dictionary itself; they have no place of their own, by which blocks are saved.</summary>
internal sealed class DictionaryOfRows : ITable
{
    private readonly Dictionary<long, BenchmarkRow> _rows = [];

    public string Name => "Dictionary<long, row>";

    public void Build(long[] ids)
    {
        foreach (var id in ids)
            CollectionsMarshal.GetValueRefOrAddDefault(_rows, id, out _) = new BenchmarkRow { Id = id, Value = id };
    }

    public long Sum(long[] ids)
    {
        var sum = 0L;
        foreach (var id in ids)
        {
            ref var row = ref CollectionsMarshal.GetValueRefOrNullRef(_rows, id);
            sum += row.Value;
        }
        return sum;
    }
}

/// <summary>To add one influencer it is built anew.</summary>
internal sealed class FrozenTable : ITable
{
    private FrozenDictionary<long, BenchmarkRow> _rows = FrozenDictionary<long, BenchmarkRow>.Empty;

    public string Name => "FrozenDictionary<long, row>";

    public void Build(long[] ids) => _rows = ids.ToFrozenDictionary(id => id, id => new BenchmarkRow { Id = id, Value = id });

    public long Sum(long[] ids)
    {
        var sum = 0L;
        foreach (var id in ids)
        {
            if (_rows.TryGetValue(id, out var row))
                sum += row.Value;
        }
        return sum;
    }
}
