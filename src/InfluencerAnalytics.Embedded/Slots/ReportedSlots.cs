using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Embedded.Slots;

/// <summary>The slots of which the newest word of each influencer is, and whether that was a miss. Used under the store's gate, except where it says otherwise.</summary>
internal sealed class ReportedSlots(StoreContext context, SlotRecords slots)
{
    // A slot of which nothing is reported has a record while a process runs whose fetchers are dead: a little of that is passed over.
    private const int MaxLookedBack = 64;

    // The longest interval: a point may come a little before its slot begins.
    private const long MaxAheadSeconds = 3600;

    /// <summary>The newest slots of which a point or a miss is counted, the newest first; none that is far ahead of the clock.</summary>
    /// <param name="count">At most so many.</param>
    public List<uint> Newest(int count)
    {
        var newest = new List<uint>(count);
        Span<byte> key = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(key, (uint)Math.Min(uint.MaxValue, context.Clock.NowSeconds + MaxAheadSeconds));
        using var records = context.Database.Iterate(slots.Family);
        for (var looked = 0; looked < MaxLookedBack && newest.Count < count && records.SeekForPrevious(key); looked++)
        {
            var slot = BinaryPrimitives.ReadUInt32BigEndian(records.Key);
            if (slots.Find(slot) is { } record && (record.Missed > 0 || record.Covered + record.Others > 0))
                newest.Add(slot);
            if (slot == 0)
                break;
            BinaryPrimitives.WriteUInt32BigEndian(key, slot - 1);
        }

        return newest;
    }

    /// <summary>The newest of some slots in which an influencer was missed and that is later than its latest reading; 0 when it was not.</summary>
    /// <param name="newest">The newest first.</param>
    /// <param name="read">The slot of its latest reading.</param>
    public (uint Slot, MissReason Reason) FindMiss(long id, IReadOnlyList<uint> newest, uint read)
    {
        foreach (var slot in newest)
        {
            if (slot <= read)
                break;
            if (slots.Find(slot) is { Missed: > 0 } record && slots.Misses.Find(slot, id, record) is not default(MissReason) and var reason)
                return (slot, reason);
        }

        return default;
    }

    /// <summary>The misses of a slot with ids above one, ascending, at most so many. Safe without the gate.</summary>
    public List<Miss> ReadMisses(uint slot, long afterId, int limit) => slots.Misses.Read(slot, afterId, limit);
}
