using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>The records of slots, the recent ones in memory. Not safe for concurrent use, except for <see cref="Read"/>.</summary>
internal sealed class SlotCache(RocksDatabase database)
{
    // An append touches the current slot and, behind a backlog, some before it.
    private const int MaxCached = 256;

    private readonly ColumnFamily _family = database[ColumnFamilyNames.Slots];
    private readonly Dictionary<uint, SlotRecord> _cached = [];
    private readonly Dictionary<uint, SlotRecord> _changed = [];

    public ColumnFamily Family => _family;

    /// <summary>The record as last written, or null.</summary>
    public SlotRecord? Find(uint slot)
    {
        if (_cached.TryGetValue(slot, out var cached))
            return cached;
        Span<byte> key = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(key, slot);
        if (database.Get(_family, key) is not { } value)
            return null;
        if (_cached.Count >= MaxCached)
            _cached.Clear();
        var record = SlotRecord.Read(value);
        _cached.Add(slot, record);
        return record;
    }

    /// <summary>The record to be changed; made when there is none.</summary>
    public SlotRecord Change(uint slot, TimeSpan interval)
    {
        if (_changed.TryGetValue(slot, out var record))
            return record;
        record = Find(slot)?.Clone() ?? new SlotRecord { IntervalSeconds = (long)interval.TotalSeconds };
        _changed.Add(slot, record);
        return record;
    }

    public void WriteChanges(WriteBatchBuffer batch, ByteWriter buffer)
    {
        Span<byte> key = stackalloc byte[4];
        foreach (var (slot, record) in _changed)
        {
            buffer.Clear();
            record.Write(buffer);
            BinaryPrimitives.WriteUInt32BigEndian(key, slot);
            batch.Put(_family, key, buffer.Written);
        }
    }

    public void AcceptChanges()
    {
        foreach (var (slot, record) in _changed)
            _cached[slot] = record;
        _changed.Clear();
        if (_cached.Count > 2 * MaxCached)
            _cached.Clear();
    }

    public void UndoChanges() => _changed.Clear();

    public List<SlotSummary> Read(uint start, uint end)
    {
        var summaries = new List<SlotSummary>();
        Span<byte> key = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(key, start);
        using var iterator = database.Iterate(_family);
        for (var valid = iterator.Seek(key); valid; valid = iterator.Next())
        {
            var slot = BinaryPrimitives.ReadUInt32BigEndian(iterator.Key);
            if (slot > end)
                break;
            summaries.Add(SlotRecord.Read(iterator.Value).ToSummary(slot));
        }

        return summaries;
    }
}
