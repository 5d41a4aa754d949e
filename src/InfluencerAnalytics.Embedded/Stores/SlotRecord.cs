using System.Buffers.Binary;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>The counts of one slot, as they are kept and changed. Not safe for concurrent use.</summary>
internal sealed class SlotRecord
{
    private readonly long[] _missed = new long[MissReasons.Count];

    public long IntervalSeconds { get; set; }

    /// <summary>-1 until it is noted.</summary>
    public long Tracked { get; set; } = -1;

    public long Stored { get; set; }

    public Int128 FollowerSum { get; set; }

    public Int128 FollowingSum { get; set; }

    public void AddMiss(MissReason reason) => _missed[(int)reason < _missed.Length ? (int)reason : (int)MissReason.Other]++;

    public SlotRecord Clone()
    {
        var clone = new SlotRecord
        {
            IntervalSeconds = IntervalSeconds,
            Tracked = Tracked,
            Stored = Stored,
            FollowerSum = FollowerSum,
            FollowingSum = FollowingSum,
        };
        _missed.CopyTo(clone._missed, 0);
        return clone;
    }

    public void Write(ByteWriter to)
    {
        to.Unsigned((ulong)IntervalSeconds);
        to.Signed(Tracked);
        to.Unsigned((ulong)Stored);
        to.Wide(FollowerSum);
        to.Wide(FollowingSum);
        for (var reason = 1; reason < _missed.Length; reason++)
        {
            if (_missed[reason] == 0)
                continue;
            to.Byte((byte)reason);
            to.Unsigned((ulong)_missed[reason]);
        }
    }

    public static SlotRecord Read(ReadOnlySpan<byte> from)
    {
        var record = new SlotRecord
        {
            IntervalSeconds = (long)VarInt.Read(ref from),
            Tracked = VarInt.ReadSigned(ref from),
            Stored = (long)VarInt.Read(ref from),
        };
        record.FollowerSum = BinaryPrimitives.ReadInt128LittleEndian(from);
        record.FollowingSum = BinaryPrimitives.ReadInt128LittleEndian(from[16..]);
        from = from[32..];
        while (!from.IsEmpty)
        {
            var reason = from[0];
            from = from[1..];
            var count = (long)VarInt.Read(ref from);
            record._missed[reason < record._missed.Length ? reason : (int)MissReason.Other] += count;
        }

        return record;
    }

    public SlotSummary ToSummary(uint slotSeconds)
    {
        var missed = new Dictionary<MissReason, long>();
        for (var reason = 1; reason < _missed.Length; reason++)
        {
            if (_missed[reason] > 0)
                missed.Add((MissReason)reason, _missed[reason]);
        }

        return new SlotSummary(
            slotSeconds * 1000L, TimeSpan.FromSeconds(IntervalSeconds), Math.Max(0, Tracked), Stored, FollowerSum, FollowingSum, missed);
    }
}
