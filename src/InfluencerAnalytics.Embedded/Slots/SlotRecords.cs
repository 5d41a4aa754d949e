using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.Embedded.Slots;

/// <summary>The records of slots, the recent ones in memory, with the misses that they count. Used under the store's gate, except for <see cref="Read"/>.</summary>
internal sealed class SlotRecords : IWritePart
{
    // An append touches the current slot and, behind a backlog, some before it.
    private const int MaxCached = 256;

    private readonly StoreContext _context;
    private readonly Standings _standings;
    private readonly SlotRows _rows;
    private readonly ColumnFamily _family;
    private readonly MissTable _misses;
    private readonly ByteWriter _value = new();
    private readonly Dictionary<uint, SlotRecord> _cached = [];
    private readonly Dictionary<uint, SlotRecord> _changed = [];
    private uint? _newest;

    public SlotRecords(StoreContext context, Standings standings)
    {
        (_context, _standings) = (context, standings);
        _rows = new SlotRows(context.Database);
        _family = _rows.Family;
        _misses = new MissTable(context.Database);
        Hours = new SlotHours(context, _rows);
        context.Add(this);
        context.Add(_misses);
    }

    public ColumnFamily Family => _family;

    /// <summary>The sums of their hours, which follow every change of a record.</summary>
    public SlotHours Hours { get; }

    /// <summary>Who was missed; changed through this alone.</summary>
    public MissTable Misses => _misses;

    /// <summary>Changes whenever a slot may have got a record, or lost one that was not written.</summary>
    public int Revision { get; private set; }

    /// <summary>The record as last written, or null.</summary>
    public SlotRecord? Find(uint slot)
    {
        if (_cached.TryGetValue(slot, out var cached))
            return cached;
        Span<byte> key = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(key, slot);
        if (_context.Database.Get(_family, key) is not { } value)
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
            Tracked = _standings.Tracked.At(slot),
            Gone = _standings.Gone.At(slot),
        };
        _changed.Add(slot, record);
        Revision++;
        return record;
    }

    /// <summary>Notes a slot for which nothing may have arrived, when it is about its time.</summary>
    public void Note(uint slot, TimeSpan interval)
    {
        var record = Find(slot);
        if (record is not null && Math.Abs(_context.Clock.NowSeconds - slot) > interval.TotalSeconds)
            return;
        _context.Write(_ =>
        {
            // Its time has come: one that was written by a clock that was ahead does not know what happened since.
            if (record is null)
                Change(slot, interval);
            else
                Recount(slot);
        });
    }

    /// <summary>Whether a miss is counted in a slot, this write's own included.</summary>
    public bool HasMisses(uint slot) => RecordOf(slot) is { Missed: > 0 };

    /// <summary>Counts a miss in the place of what was counted before.</summary>
    public void CountMiss(uint slot, in Miss miss, TimeSpan interval) => _misses.Set(slot, miss.InfluencerId, miss.Reason, Change(slot, interval));

    public void TakeMissBack(uint slot, long id, TimeSpan interval) => _misses.TakeBack(slot, id, Change(slot, interval));

    /// <summary>A point that is stored was none of the slot's when it came, and is now.</summary>
    public void CountAsCovered(uint slot)
    {
        var record = Change(slot, TimeSpan.Zero);
        record.Others--;
        record.Covered++;
    }

    /// <summary>The earliest slot that has a record, and that; null when there is none.</summary>
    public (uint Slot, SlotRecord Record)? First
    {
        get
        {
            using var iterator = _context.Database.Iterate(_family);
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
            using var iterator = _context.Database.Iterate(_family);
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

    /// <summary>Drops the records of slots from a second on, with their misses.</summary>
    /// <returns>How many slots.</returns>
    public int DropFrom(uint second)
    {
        var dropped = From(second).Count;
        _context.Write(batch =>
        {
            _misses.DropFrom(batch, second);
            Span<byte> from = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(from, second);
            batch.DeleteRange(_family, from, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
            Hours.DropFrom(batch, second);
        });
        Hours.Forget(second);
        _cached.Clear();
        _newest = null;
        Revision++;
        return dropped;
    }

    /// <summary>
    /// As <see cref="From(uint)"/>, without those that have not begun and are not the next: behind a clock that is behind, they are the past, and what happens now changes
    /// nothing of it. Were the clock ahead when they were written, they are counted when their time has come.
    /// </summary>
    /// <param name="second">The first second.</param>
    public List<uint> BegunFrom(uint second)
    {
        var now = _context.Clock.NowSeconds;
        var slots = From(second);
        while (slots.Count > 0 && slots[^1] > now + (RecordOf(slots[^1])?.IntervalSeconds ?? 0))
            slots.RemoveAt(slots.Count - 1);
        return slots;
    }

    /// <summary>Counts the tracked and the gone of a slot anew that has a record.</summary>
    public void Recount(uint slot)
    {
        var (tracked, gone) = (_standings.Tracked.At(slot), _standings.Gone.At(slot));
        var record = RecordOf(slot)!;
        if (record.Tracked == tracked && record.Gone == gone)
            return;
        record = Change(slot, TimeSpan.FromSeconds(record.IntervalSeconds));
        (record.Tracked, record.Gone) = (tracked, gone);
    }

    public void Complete(WriteBatchBuffer batch)
    {
        RecountChanged();
        Span<byte> key = stackalloc byte[4];
        foreach (var (slot, record) in _changed)
        {
            _value.Clear();
            record.Write(_value);
            BinaryPrimitives.WriteUInt32BigEndian(key, slot);
            batch.Put(_family, key, _value.Written);
            Hours.NoteChange(batch, slot);
        }
    }

    public void Accept()
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

    public void Undo()
    {
        _changed.Clear();
        Revision++;
    }

    public List<SlotSummary> Read(uint start, uint end) => _rows.Read(start, end);

    // The tracked and the gone, in every slot that this write's changes to the roster reach.
    private void RecountChanged()
    {
        if (_standings.ChangedFrom == uint.MaxValue)
            return;
        foreach (var slot in BegunFrom(_standings.ChangedFrom))
            Recount(slot);
    }

    private SlotRecord? RecordOf(uint slot) => _changed.TryGetValue(slot, out var record) ? record : Find(slot);

    private uint Newest => _newest ??= ReadNewest();

    private uint ReadNewest()
    {
        using var iterator = _context.Database.Iterate(_family);
        return iterator.SeekForPrevious([0xFF, 0xFF, 0xFF, 0xFF]) ? BinaryPrimitives.ReadUInt32BigEndian(iterator.Key) : 0;
    }
}
