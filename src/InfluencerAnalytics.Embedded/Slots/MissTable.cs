using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Embedded.Slots;

/// <summary>
/// Who was missed in which slot and why, a row each: the last word counts, and what was counted can be taken back. Under the slot first, so
/// that retention drops a range. Changes are to be completed and accepted with their write, or undone. Used under the store's gate.
/// </summary>
internal sealed class MissTable(RocksDatabase database) : IWritePart
{
    private const int KeyLength = 12;

    private readonly ColumnFamily _family = database[ColumnFamilyNames.Misses];

    // What this write has changed so far; 0 for a miss taken back.
    private readonly Dictionary<(uint Slot, long Id), MissReason> _staged = [];

    /// <summary>Counts a miss in the place of what was counted before.</summary>
    public void Set(uint slot, long id, MissReason reason, SlotRecord record)
    {
        var before = Find(slot, id, record);
        if (before == reason)
            return;
        if (before != default)
            record.AddMiss(before, -1);
        record.AddMiss(reason, 1);
        _staged[(slot, id)] = reason;
    }

    public void TakeBack(uint slot, long id, SlotRecord record)
    {
        var before = Find(slot, id, record);
        if (before == default)
            return;
        record.AddMiss(before, -1);
        _staged[(slot, id)] = default;
    }

    /// <summary>Drops those of slots from one on.</summary>
    /// <param name="batch">The one that drops the records that count them.</param>
    /// <param name="slot">In seconds.</param>
    public void DropFrom(WriteBatchBuffer batch, uint slot)
    {
        Span<byte> from = stackalloc byte[KeyLength];
        Span<byte> end = stackalloc byte[KeyLength + 1];
        WriteKey(from, slot, 0);
        // Behind every key of theirs.
        end.Fill(0xFF);
        batch.DeleteRange(_family, from, end);
    }

    /// <summary>Those written of a slot with ids above one, ascending, at most so many. Safe without the gate.</summary>
    public List<Miss> Read(uint slot, long afterId, int limit)
    {
        var misses = new List<Miss>();
        Span<byte> from = stackalloc byte[KeyLength];
        Span<byte> end = stackalloc byte[KeyLength];
        WriteKey(from, slot, afterId + 1);
        WriteKey(end, slot, long.MaxValue);
        using var iterator = database.Iterate(_family, end, fillCache: false);
        for (var valid = iterator.Seek(from); valid && misses.Count < limit; valid = iterator.Next())
            misses.Add(new Miss(BinaryPrimitives.ReadInt64BigEndian(iterator.Key[4..]), (MissReason)iterator.Value[0]));
        return misses;
    }

    public void Complete(WriteBatchBuffer batch)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        foreach (var ((slot, id), reason) in _staged)
        {
            WriteKey(key, slot, id);
            if (reason == default)
                batch.Delete(_family, key);
            else
                batch.Put(_family, key, [(byte)reason]);
        }
    }

    public void Accept() => Clear();

    public void Undo() => Clear();

    private void Clear()
    {
        _staged.Clear();
        // A slot of a million misses must not hold their memory for ever.
        if (_staged.EnsureCapacity(0) > 65_536)
            _staged.TrimExcess();
    }

    /// <summary>The reason; the default when none is counted.</summary>
    public MissReason Find(uint slot, long id, SlotRecord record)
    {
        if (record.Missed == 0)
            return default;
        if (_staged.TryGetValue((slot, id), out var staged))
            return staged;
        Span<byte> key = stackalloc byte[KeyLength];
        WriteKey(key, slot, id);
        return database.Get(_family, key) is [var reason, ..] ? (MissReason)reason : default;
    }

    private static void WriteKey(Span<byte> to, uint slot, long id)
    {
        BinaryPrimitives.WriteUInt32BigEndian(to, slot);
        BinaryPrimitives.WriteInt64BigEndian(to[4..], id);
    }
}
