using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Stores.Ranks;

namespace InfluencerAnalytics.Embedded.Ranks;

/// <summary>The days that were ranked: of how many, and how much of it changed since. Days by number from the epoch. Changed under the store's gate; <see cref="Read"/> is safe without.</summary>
internal sealed class RankDays
{
    private const int KeyLength = 4;

    private readonly StoreContext _context;
    private readonly ByteWriter _value = new();
    private readonly SortedDictionary<uint, Row> _rows = [];
    // Of the day that is being ranked: who may have been collected before.
    private readonly HashSet<long> _changed = [];

    public RankDays(StoreContext context)
    {
        _context = context;
        Family = context.Database[ColumnFamilyNames.RankDays];
        using var rows = context.Database.Iterate(Family);
        for (var valid = rows.SeekToFirst(); valid; valid = rows.Next())
            _rows[BinaryPrimitives.ReadUInt32BigEndian(rows.Key) / Periods.DaySeconds] = Decode(rows.Value);
    }

    public ColumnFamily Family { get; }

    /// <summary>The earliest day whose ranking was cut short, or that late readings have changed so much that it is to be done again; null when there is none.</summary>
    public uint? ToDoAgain
    {
        get
        {
            foreach (var (day, row) in _rows)
            {
                if (!row.IsWhole || DayRanking.IsNeededAgain(row.Late, row.Influencers))
                    return day;
            }

            return null;
        }
    }

    /// <summary>From here on the ranks of a day are not known, and what late readings change of it is counted anew.</summary>
    public void Begin(WriteBatchBuffer batch, uint day)
    {
        _changed.Clear();
        Put(batch, day, default);
    }

    /// <summary>Whether late readings have changed the count of an influencer since its day was begun. For the thread that ranks.</summary>
    public bool HasChanged(long id) => _changed.Contains(id);

    /// <summary>All ranks of a day are written.</summary>
    public void End(WriteBatchBuffer batch, uint day, int influencers) =>
        Put(batch, day, _rows.GetValueOrDefault(day) with { Influencers = influencers, IsWhole = true });

    /// <summary>
    /// Late readings have changed the counts of some influencers; false when the day is not ranked yet. Counted once too often after a write that failed, a day is only ranked again earlier.
    /// </summary>
    public bool NoteLate(WriteBatchBuffer batch, uint day, IReadOnlyCollection<long> ids)
    {
        if (!_rows.TryGetValue(day, out var row))
            return false;
        Put(batch, day, row with { Late = row.Late + ids.Count });
        if (!row.IsWhole)
            _changed.UnionWith(ids);
        return true;
    }

    /// <summary>Days from one on are no longer known.</summary>
    public void DropFrom(WriteBatchBuffer batch, uint day)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        foreach (var known in _rows.Keys.Where(known => known >= day).ToList())
        {
            _rows.Remove(known);
            WriteKey(key, known);
            batch.Delete(Family, key);
        }
    }

    /// <summary>Of how many the ranks are, of each day in a range of seconds of which they are known.</summary>
    public Dictionary<uint, int> Read(uint start, uint end)
    {
        var known = new Dictionary<uint, int>();
        Span<byte> key = stackalloc byte[KeyLength];
        BinaryPrimitives.WriteUInt32BigEndian(key, start);
        using var rows = _context.Database.Iterate(Family);
        for (var valid = rows.Seek(key); valid; valid = rows.Next())
        {
            var second = BinaryPrimitives.ReadUInt32BigEndian(rows.Key);
            if (second > end)
                break;
            if (Decode(rows.Value) is { IsWhole: true } row)
                known.Add(second, row.Influencers);
        }

        return known;
    }

    /// <summary>
    /// Has the days ranked again that late readings have changed, and their ranks not told until then: of a program that left the ranks of those whose count had changed as they were.
    /// </summary>
    public static void Distrust(RocksDatabase database, WriteBatchBuffer batch)
    {
        var family = database[ColumnFamilyNames.RankDays];
        using var rows = database.Iterate(family);
        for (var valid = rows.SeekToFirst(); valid; valid = rows.Next())
        {
            if (Decode(rows.Value) is { Late: > 0 } row)
                batch.Put(family, rows.Key, Encode(new ByteWriter(), row with { IsWhole = false }));
        }
    }

    private static void WriteKey(Span<byte> to, uint day) => BinaryPrimitives.WriteUInt32BigEndian(to, day * Periods.DaySeconds);

    private static Row Decode(ReadOnlySpan<byte> from) => new(VarInt.Read(ref from) != 0, (int)VarInt.Read(ref from), (long)VarInt.Read(ref from));

    private static ReadOnlySpan<byte> Encode(ByteWriter value, Row row)
    {
        value.Clear();
        value.Unsigned(row.IsWhole ? 1u : 0u);
        value.Unsigned((ulong)row.Influencers);
        value.Unsigned((ulong)row.Late);
        return value.Written;
    }

    private void Put(WriteBatchBuffer batch, uint day, Row row)
    {
        _rows[day] = row;
        Span<byte> key = stackalloc byte[KeyLength];
        WriteKey(key, day);
        batch.Put(Family, key, Encode(_value, row));
    }

    /// <param name="IsWhole">Whether all ranks are written.</param>
    /// <param name="Influencers">Of how many.</param>
    /// <param name="Late">How many of their counts late readings have changed since; one that changed twice counts twice.</param>
    private readonly record struct Row(bool IsWhole, int Influencers, long Late);
}
