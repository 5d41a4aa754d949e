using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.Embedded.Slots;

/// <summary>The counts of one slot, as they are kept and changed. Not safe for concurrent use.</summary>
internal sealed class SlotRecord
{
    private readonly long[] _missed = new long[MissReasons.Count];

    public long IntervalSeconds { get; set; }

    /// <summary>Influencers tracked when it began.</summary>
    public long Tracked { get; set; }

    /// <summary>Influencers that were gone then.</summary>
    public long Gone { get; set; }

    /// <summary>Data points of those tracked.</summary>
    public long Covered { get; set; }

    /// <summary>Data points of others.</summary>
    public long Others { get; set; }

    public Int128 FollowerSum { get; set; }

    public Int128 FollowingSum { get; set; }

    /// <summary>Over all reasons: while it is 0, nobody need look for a miss.</summary>
    public long Missed { get; private set; }

    public void AddMiss(MissReason reason, int change)
    {
        _missed[IndexOf((int)reason)] += change;
        Missed += change;
    }

    /// <param name="covered">How many are of those tracked.</param>
    /// <param name="others">How many are of others.</param>
    public void AddPoints(int covered, int others, Int128 followers, Int128 following)
    {
        Covered += covered;
        Others += others;
        FollowerSum += followers;
        FollowingSum += following;
    }

    public SlotRecord Clone()
    {
        var clone = new SlotRecord
        {
            IntervalSeconds = IntervalSeconds,
            Tracked = Tracked,
            Gone = Gone,
            Covered = Covered,
            Others = Others,
            Missed = Missed,
            FollowerSum = FollowerSum,
            FollowingSum = FollowingSum,
        };
        _missed.CopyTo(clone._missed, 0);
        return clone;
    }

    public void Write(ByteWriter to)
    {
        to.Unsigned((ulong)IntervalSeconds);
        to.Unsigned((ulong)Tracked);
        to.Unsigned((ulong)Gone);
        to.Unsigned((ulong)Covered);
        to.Unsigned((ulong)Others);
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
            Tracked = (long)VarInt.Read(ref from),
            Gone = (long)VarInt.Read(ref from),
            Covered = (long)VarInt.Read(ref from),
            Others = (long)VarInt.Read(ref from),
        };
        record.FollowerSum = BinaryPrimitives.ReadInt128LittleEndian(from);
        record.FollowingSum = BinaryPrimitives.ReadInt128LittleEndian(from[16..]);
        from = from[32..];
        while (!from.IsEmpty)
        {
            var reason = from[0];
            from = from[1..];
            var count = (long)VarInt.Read(ref from);
            record._missed[IndexOf(reason)] += count;
            record.Missed += count;
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
            slotSeconds * 1000L, TimeSpan.FromSeconds(IntervalSeconds), Tracked, Covered + Others, FollowerSum, FollowingSum, missed)
        {
            Covered = Covered,
            Gone = Gone,
        };
    }

    private static int IndexOf(int reason) => reason < MissReasons.Count ? reason : (int)MissReason.Other;
}
