using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.Embedded.Slots;

/// <summary>
/// The sums of each UTC hour's slots, a row an hour, which outlive the records of the slots. A row is made once the hour is over. Whatever changes a record of a made hour empties the
/// row in the same write: until it is made again the hour is computed from the records, as one is that was not made yet. Changed under the store's gate; <see cref="Read"/> is safe without.
/// </summary>
internal sealed class SlotHours
{
    private const int KeyLength = 4;

    private readonly StoreContext _context;
    private readonly ColumnFamily _family;
    private readonly SlotRows _records;
    private readonly ByteWriter _value = new();

    // Those with an empty row. One more than there is, after a write that failed, is only made for nothing.
    private readonly SortedSet<uint> _stale = [];
    private uint _madeBefore;
    private uint _keptSince;

    public SlotHours(StoreContext context, SlotRows records)
    {
        (_context, _records) = (context, records);
        _family = context.Database[ColumnFamilyNames.SlotHours];
        _madeBefore = (uint)(context.Meta.GetNumber(MetaKeys.SlotHoursMade) ?? 0);
        _keptSince = (uint)(context.Meta.GetNumber(MetaKeys.SlotsKeptSince) ?? 0);
        using var rows = context.Database.Iterate(_family);
        for (var valid = rows.SeekToFirst(); valid; valid = rows.Next())
        {
            if (rows.Value.IsEmpty)
                _stale.Add(BinaryPrimitives.ReadUInt32BigEndian(rows.Key));
        }
    }

    public ColumnFamily Family => _family;

    /// <summary>The first second whose record is still needed: the hours before it are made.</summary>
    public uint NeededFrom => _stale.Count > 0 ? Math.Min(_stale.Min, _madeBefore) : _madeBefore;

    /// <summary>Notes that the record of a slot is changed by this write.</summary>
    public void NoteChange(WriteBatchBuffer batch, uint slot)
    {
        // What was dropped cannot be made again.
        if (slot >= _madeBefore || slot < _keptSince)
            return;
        var hour = HourOf(slot);
        Span<byte> key = stackalloc byte[KeyLength];
        WriteKey(key, hour);
        batch.Put(_family, key, []);
        _stale.Add(hour);
    }

    /// <summary>Makes one hour that is over, or whose records have changed; some ten microseconds, at slots of a second a millisecond or two. False when there is none.</summary>
    public bool Step()
    {
        lock (_context.Gate)
        {
            if (Next() is not { } hour)
                return false;
            var madeBefore = Math.Max(_madeBefore, hour + Periods.HourSeconds);
            _context.Write(batch =>
            {
                Put(batch, hour);
                _context.Meta.Put(batch, MetaKeys.SlotHoursMade, madeBefore);
            });
            _stale.Remove(hour);
            Volatile.Write(ref _madeBefore, madeBefore);
            return true;
        }
    }

    /// <summary>From here on nothing before a second can change, and its records may be dropped: a whole hour, before <see cref="NeededFrom"/>.</summary>
    public void KeepSince(uint second)
    {
        if (second <= _keptSince)
            return;
        _context.Write(batch => _context.Meta.Put(batch, MetaKeys.SlotsKeptSince, second));
        Volatile.Write(ref _keptSince, second);
    }

    /// <summary>Drops the hours from the one of a second on, with the write that drops their records from that second on; <see cref="Forget"/> follows it.</summary>
    public void DropFrom(WriteBatchBuffer batch, uint second)
    {
        Span<byte> from = stackalloc byte[KeyLength];
        WriteKey(from, HourOf(second));
        batch.DeleteRange(_family, from, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        _context.Meta.Put(batch, MetaKeys.SlotHoursMade, Math.Min(_madeBefore, HourOf(second)));
    }

    public void Forget(uint second)
    {
        _stale.RemoveWhere(hour => hour >= HourOf(second));
        Volatile.Write(ref _madeBefore, Math.Min(_madeBefore, HourOf(second)));
    }

    /// <summary>Those that start in [start, end], ascending.</summary>
    public List<SlotSum> Read(uint start, uint end)
    {
        // In this order: an hour that is made between these steps is then computed, never left out.
        var madeBefore = Volatile.Read(ref _madeBefore);
        var sums = new List<SlotSum>();
        Span<byte> key = stackalloc byte[KeyLength];
        WriteKey(key, start);
        using (var rows = _context.Database.Iterate(_family))
        {
            for (var valid = rows.Seek(key); valid; valid = rows.Next())
            {
                var hour = BinaryPrimitives.ReadUInt32BigEndian(rows.Key);
                if (hour > end || hour >= madeBefore)
                    break;
                if (rows.Value.IsEmpty)
                    sums.AddRange(Compute(hour, hour + (Periods.HourSeconds - 1)));
                else
                    sums.Add(Decode(hour, rows.Value));
            }
        }

        var first = Math.Max(Periods.StartAtOrAfter(start, Periods.HourSeconds), madeBefore);
        if (first <= end)
            sums.AddRange(Compute((uint)first, Periods.EndOf(end, Periods.HourSeconds)));
        return sums;
    }

    /// <summary>From when on records, and hours, are there. Safe without the gate.</summary>
    public SlotsKeptSince ReadKeptSince()
    {
        var slot = First(_records.Family, Volatile.Read(ref _keptSince));
        var hour = First(_family, 0) ?? (slot is { } any ? (uint?)HourOf(any) : null);
        return new SlotsKeptSince(slot * 1000L, hour * 1000L);
    }

    private static uint HourOf(uint second) => second - second % Periods.HourSeconds;

    private static void WriteKey(Span<byte> to, uint second) => BinaryPrimitives.WriteUInt32BigEndian(to, second);

    private uint? Next()
    {
        if (_stale.Count > 0)
            return _stale.Min;
        var over = _context.Clock.NowMs - (long)_context.Options.RollupDelay.TotalMilliseconds;
        // Hours without a record have no row.
        return First(_records.Family, Math.Max(_madeBefore, _keptSince)) is { } slot && (HourOf(slot) + (long)Periods.HourSeconds) * 1000 <= over ? HourOf(slot) : null;
    }

    private uint? First(ColumnFamily family, uint second)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        WriteKey(key, second);
        using var rows = _context.Database.Iterate(family);
        return rows.Seek(key) ? BinaryPrimitives.ReadUInt32BigEndian(rows.Key) : null;
    }

    private void Put(WriteBatchBuffer batch, uint hour)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        WriteKey(key, hour);
        if (Compute(hour, hour + (Periods.HourSeconds - 1)) is not [var sum])
        {
            batch.Delete(_family, key);
            return;
        }

        _value.Clear();
        Encode(sum, _value);
        batch.Put(_family, key, _value.Written);
    }

    private List<SlotSum> Compute(uint first, uint last) => SlotSum.Together(_records.Read(first, last).Select(SlotSum.Of), Periods.HourSeconds * 1000L);

    private static void Encode(in SlotSum sum, ByteWriter to)
    {
        to.Unsigned((ulong)sum.Slots);
        to.Unsigned((ulong)sum.Stored);
        to.Unsigned((ulong)sum.LeastCovered);
        to.Unsigned((ulong)sum.MostCovered);
        to.Unsigned((ulong)sum.MostTracked);
        to.Wide(sum.FollowerSum);
        to.Wide(sum.FollowingSum);
    }

    private static SlotSum Decode(uint hour, ReadOnlySpan<byte> from)
    {
        var slots = (int)VarInt.Read(ref from);
        var stored = (long)VarInt.Read(ref from);
        var least = (long)VarInt.Read(ref from);
        var most = (long)VarInt.Read(ref from);
        var tracked = (long)VarInt.Read(ref from);
        return new SlotSum(
            hour * 1000L, slots, stored, BinaryPrimitives.ReadInt128LittleEndian(from), BinaryPrimitives.ReadInt128LittleEndian(from[16..]), least, most, tracked);
    }
}
