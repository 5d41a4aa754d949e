using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Points;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Slots;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Embedded.Roster;

/// <summary>Adds and removes influencers. Used under the store's gate.</summary>
internal sealed class RosterWriter(StoreContext context, InfluencerState influencers, SlotRecords slots, PointTable points)
{
    private readonly ColumnFamily _added = context.Database[ColumnFamilyNames.Roster];

    public RosterAddResult Add(IReadOnlyList<long> ids, long expectedSealedGeneration, long sealedGeneration)
    {
        if (expectedSealedGeneration != sealedGeneration)
            return new RosterAddResult(false, 0, 0);
        return context.Write(batch =>
        {
            var added = 0;
            var version = influencers.Roster.Version + 1;
            var now = context.Clock.NowMs;
            var ahead = slots.BegunFrom(SlotSeconds.Ceiling(now));
            for (var i = 0; i < ids.Count; i++)
            {
                if (TryAdd(batch, ids[i], version, now, ahead))
                    added++;
            }

            if (added > 0)
            {
                influencers.Roster.Version = influencers.Roster.LastAddition = version;
                influencers.Roster.Tracked += added;
            }

            return new RosterAddResult(true, added, ids.Count - added);
        });
    }

    /// <param name="interval">Of the slots that are not final yet: they count it only when they have a point of it.</param>
    public int Remove(IReadOnlyList<long> ids, TimeSpan interval) => context.Write(_ =>
    {
        var removed = 0;
        var version = influencers.Roster.Version + 1;
        var from = (uint)Math.Max(1, context.Clock.NowSeconds - 2 * (long)interval.TotalSeconds + 1);
        var open = slots.BegunFrom(from);
        for (var i = 0; i < ids.Count; i++)
        {
            if (TryRemove(ids[i], version, from, open))
                removed++;
        }

        if (removed > 0)
            influencers.Roster.Version = version;
        return removed;
    });

    private bool TryAdd(WriteBatchBuffer batch, long id, long version, long now, List<uint> ahead)
    {
        if (!InfluencerIds.IsValid(id))
            throw new ArgumentOutOfRangeException(nameof(id), id, "An influencer's id is 1 to 2^53-1.");
        var row = influencers.Table.GetOrAdd(id);
        if (influencers.Table[row].IsOnRoster)
            return false;
        ref var r = ref influencers.Changes.Change(row);
        if (r.IsForeign)
            influencers.Roster.Foreign--;
        CountAhead(row, ahead);
        // It counts from the first slot that begins from now on.
        influencers.Standings.Move(row, ref r, SlotSeconds.Ceiling(now), InfluencerStatus.Tracked);
        r.RosterVersion = version;
        influencers.Table.Touch(row);
        Span<byte> key = stackalloc byte[8];
        Span<byte> value = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, id);
        BinaryPrimitives.WriteInt64BigEndian(value, now);
        batch.Put(_added, key, value);
        return true;
    }

    // A point may come a little before its slot begins: it was none of the slot's then, and is now. Unless the influencer was on the roster when it came: then it
    // was counted, and still was when it was removed.
    private void CountAhead(int row, List<uint> ahead)
    {
        foreach (var slot in ahead)
        {
            if (!influencers.Standings.IsTracked(row, slot) && points.Has(influencers.Table[row], slot))
                slots.CountAsCovered(slot);
        }
    }

    private bool TryRemove(long id, long version, uint from, List<uint> open)
    {
        var row = influencers.Table.Find(id);
        if (row < 0 || !influencers.Table[row].IsOnRoster)
            return false;
        var kept = new List<uint>();
        foreach (var slot in open)
        {
            if (!influencers.Standings.IsTracked(row, slot))
                continue;
            if (points.Has(influencers.Table[row], slot))
                kept.Add(slot);
            else if (slots.HasMisses(slot))
                slots.TakeMissBack(slot, id, TimeSpan.Zero);
        }

        ref var r = ref influencers.Changes.Change(row);
        if (r.Status == InfluencerStatus.Tracked)
            influencers.Roster.Tracked--;
        else
            influencers.Roster.Gone--;
        influencers.Standings.Remove(row, ref r, from, kept);
        r.RosterVersion = version;
        influencers.Table.Touch(row);
        return true;
    }
}
