using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Embedded.Influencers;

/// <summary>
/// The rows that one write changes: how they were, so that a write that fails is undone in memory too, and how they are now, as the
/// journal record from which a start rebuilds them. Not safe for concurrent use.
/// </summary>
internal sealed class TableChanges(InfluencerTable table, Standings standings)
{
    private const int HasPoint = 1;
    private const int HasState = 2;
    private const int KnownFlag = 0x80;
    private const int StandingFlag = 0x40;
    private const int KeepCapacity = 64 * 1024;

    private readonly List<(int Row, InfluencerRow Before)> _changes = [];

    public int Count => _changes.Count;

    /// <summary>Notes how a row is, and gives it to be changed.</summary>
    public ref InfluencerRow Change(int row)
    {
        ref var current = ref table[row];
        _changes.Add((row, current));
        return ref current;
    }

    public void Undo()
    {
        for (var i = _changes.Count - 1; i >= 0; i--)
        {
            var id = table[_changes[i].Row].Id;
            table[_changes[i].Row] = _changes[i].Before;
            table[_changes[i].Row].Id = id;
        }

        Clear();
    }

    public void Clear()
    {
        _changes.Clear();
        if (_changes.Capacity > KeepCapacity)
            _changes.Capacity = 0;
    }

    /// <summary>Values are absolute, so that replaying a record onto a row that is newer than it does no harm once the later ones follow.</summary>
    public void WriteJournal(ByteWriter to)
    {
        var previousId = 0L;
        var previousSlot = 0u;
        foreach (var (row, before) in _changes)
        {
            ref readonly var now = ref table[row];
            var flags = 0UL;
            if (now.SlotSeconds != before.SlotSeconds)
                flags |= HasPoint;
            if (now.Status != before.Status || now.FromSeconds != before.FromSeconds || now.NotFoundCount != before.NotFoundCount || now.NameHash != before.NameHash
                || now.RosterVersion != before.RosterVersion || now.IsKnown != before.IsKnown || standings.IsChanged(row))
                flags |= HasState;
            to.Signed(now.Id - previousId);
            to.Unsigned(flags);
            previousId = now.Id;
            if ((flags & HasPoint) != 0)
            {
                to.Signed((long)now.SlotSeconds - previousSlot);
                previousSlot = now.SlotSeconds;
                WritePoint(to, now);
            }

            if ((flags & HasState) != 0)
                WriteState(to, now, row);
        }
    }

    public void ReplayJournal(ReadOnlySpan<byte> record)
    {
        var id = 0L;
        var slot = 0u;
        var ignored = default(InfluencerRow);
        while (!record.IsEmpty)
        {
            id += VarInt.ReadSigned(ref record);
            var flags = VarInt.Read(ref record);
            var row = table.GetOrAdd(id);
            ref var target = ref table[row];
            if ((flags & HasPoint) != 0)
            {
                slot = (uint)(slot + VarInt.ReadSigned(ref record));
                if (slot > target.SlotSeconds)
                    ReadPoint(ref record, ref target, slot);
                else
                    ReadPoint(ref record, ref ignored, slot);
            }

            if ((flags & HasState) != 0)
                ReadState(ref record, ref target, row);
            table.Touch(row);
        }
    }

    public void WriteRow(ByteWriter to, int index, ref long previousId)
    {
        ref readonly var row = ref table[index];
        to.Signed(row.Id - previousId);
        previousId = row.Id;
        to.Unsigned(row.SlotSeconds);
        WritePoint(to, row);
        WriteState(to, row, index);
    }

    public void ReadRow(ref ReadOnlySpan<byte> from, ref long previousId)
    {
        previousId += VarInt.ReadSigned(ref from);
        var row = table.GetOrAdd(previousId);
        ref var target = ref table[row];
        ReadPoint(ref from, ref target, (uint)VarInt.Read(ref from));
        ReadState(ref from, ref target, row);
        table.Touch(row);
    }

    private static void WritePoint(ByteWriter to, in InfluencerRow row)
    {
        to.Unsigned((ulong)row.FollowerCount);
        to.Unsigned((ulong)row.FollowingCount);
        to.Signed(row.RetrievedAt - row.Slot);
    }

    private static void ReadPoint(ref ReadOnlySpan<byte> from, ref InfluencerRow row, uint slot)
    {
        row.SlotSeconds = slot;
        row.FollowerCount = (long)VarInt.Read(ref from);
        row.FollowingCount = (long)VarInt.Read(ref from);
        row.RetrievedAt = row.Slot + VarInt.ReadSigned(ref from);
    }

    private void WriteState(ByteWriter to, in InfluencerRow row, int index)
    {
        var isRare = standings.Rare.TryGetValue(index, out var standing);
        to.Byte((byte)((byte)row.Status | (row.IsKnown ? KnownFlag : 0) | (isRare ? StandingFlag : 0)));
        to.Byte(row.NotFoundCount);
        to.Unsigned(row.FromSeconds);
        to.Unsigned(row.NameHash);
        to.Unsigned((ulong)row.RosterVersion);
        if (isRare)
            standing.Write(to);
    }

    private void ReadState(ref ReadOnlySpan<byte> from, ref InfluencerRow row, int index)
    {
        var flags = from[0];
        row.Status = (InfluencerStatus)(flags & ~(KnownFlag | StandingFlag));
        row.IsKnown = (flags & KnownFlag) != 0;
        row.NotFoundCount = from[1];
        from = from[2..];
        row.FromSeconds = (uint)VarInt.Read(ref from);
        row.NameHash = (uint)VarInt.Read(ref from);
        row.RosterVersion = (long)VarInt.Read(ref from);
        standings.Load(index, (flags & StandingFlag) != 0 ? Standing.Read(ref from) : null);
    }
}
