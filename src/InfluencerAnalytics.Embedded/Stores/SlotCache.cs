using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>The records of slots, the recent ones in memory. Not safe for concurrent use, except for <see cref="Read"/>.</summary>
internal sealed class SlotCache(RocksDatabase database, Standings standings)
{
    // An append touches the current slot and, behind a backlog, some before it.
    private const int MaxCached = 256;

    private readonly ColumnFamily _family = database[ColumnFamilyNames.Slots];
    private readonly Dictionary<uint, SlotRecord> _cached = [];
    private readonly Dictionary<uint, SlotRecord> _changed = [];
    private uint? _newest;

    public ColumnFamily Family => _family;

    /// <summary>Changes whenever a slot may have got a record, or lost one that was not written.</summary>
    public int Revision { get; private set; }

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
        record = Find(slot)?.Clone() ?? new SlotRecord
        {
            IntervalSeconds = (long)interval.TotalSeconds,
            Tracked = standings.Tracked.At(slot),
            Gone = standings.Gone.At(slot),
        };
        _changed.Add(slot, record);
        Revision++;
        return record;
    }

    /// <summary>Whether a miss is counted in a slot, this write's own included.</summary>
    public bool HasMisses(uint slot) => RecordOf(slot) is { Missed: > 0 };

    /// <summary>The earliest slot that has a record, and that; null when there is none.</summary>
    public (uint Slot, SlotRecord Record)? First
    {
        get
        {
            using var iterator = database.Iterate(_family);
            return iterator.SeekToFirst() ? (BinaryPrimitives.ReadUInt32BigEndian(iterator.Key), SlotRecord.Read(iterator.Value)) : null;
        }
    }

    /// <summary>The slots from a second on that have a record, this write's own included, ascending.</summary>
    public List<uint> From(uint second)
    {
        var slots = new List<uint>();
        if (Newest >= second)
        {
            Span<byte> key = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(key, second);
            using var iterator = database.Iterate(_family);
            for (var valid = iterator.Seek(key); valid; valid = iterator.Next())
                slots.Add(BinaryPrimitives.ReadUInt32BigEndian(iterator.Key));
        }

        foreach (var slot in _changed.Keys)
        {
            if (slot >= second && !slots.Contains(slot))
                slots.Add(slot);
        }

        slots.Sort();
        return slots;
    }

    /// <summary>
    /// As <see cref="From(uint)"/>, without those that have not begun and are not the next: behind a clock that is behind, they are the past, and what happens now changes
    /// nothing of it. Were the clock ahead when they were written, they are counted when their time has come.
    /// </summary>
    /// <param name="second">The first second.</param>
    /// <param name="now">In seconds.</param>
    public List<uint> BegunFrom(uint second, long now)
    {
        var slots = From(second);
        while (slots.Count > 0 && slots[^1] > now + (RecordOf(slots[^1])?.IntervalSeconds ?? 0))
            slots.RemoveAt(slots.Count - 1);
        return slots;
    }

    /// <summary>Counts the tracked and the gone anew in every slot that this write's changes to the roster reach.</summary>
    /// <param name="now">In seconds.</param>
    public void Recount(long now)
    {
        if (standings.ChangedFrom == uint.MaxValue)
            return;
        foreach (var slot in BegunFrom(standings.ChangedFrom, now))
            Recount(slot);
    }

    /// <summary>Counts the tracked and the gone of a slot anew that has a record.</summary>
    public void Recount(uint slot)
    {
        var (tracked, gone) = (standings.Tracked.At(slot), standings.Gone.At(slot));
        var record = RecordOf(slot)!;
        if (record.Tracked == tracked && record.Gone == gone)
            return;
        record = Change(slot, TimeSpan.FromSeconds(record.IntervalSeconds));
        (record.Tracked, record.Gone) = (tracked, gone);
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
        {
            _cached[slot] = record;
            if (slot > _newest)
                _newest = slot;
        }

        _changed.Clear();
        if (_cached.Count > 2 * MaxCached)
            _cached.Clear();
    }

    public void UndoChanges()
    {
        _changed.Clear();
        Revision++;
    }

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

    private SlotRecord? RecordOf(uint slot) => _changed.TryGetValue(slot, out var record) ? record : Find(slot);

    private uint Newest => _newest ??= ReadNewest();

    private uint ReadNewest()
    {
        using var iterator = database.Iterate(_family);
        return iterator.SeekForPrevious([0xFF, 0xFF, 0xFF, 0xFF]) ? BinaryPrimitives.ReadUInt32BigEndian(iterator.Key) : 0;
    }
}
