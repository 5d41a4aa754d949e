using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Points;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Rollups;
using InfluencerAnalytics.Embedded.Roster;
using InfluencerAnalytics.Embedded.Slots;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Embedded.Appends;

/// <summary>Takes data points and misses in. Used under the store's gate.</summary>
internal sealed class AppendWriter(
    StoreContext context, InfluencerState influencers, SlotRecords slots, PointTable table, RollupTables rollups, NotFoundRules notFound, ForeignReadings foreign)
{
    private readonly MissWriter _misses = new(influencers, slots, table, notFound);

    // Points of this call that a look into the database does not find yet: late ones, and those that a newer one of the same call overtook.
    private readonly HashSet<(long Id, uint Slot)> _staged = [];
    private long _versionBefore;
    private uint _takenSince;
    private int _inserted;
    private int _duplicates;
    private int _expired;
    private int _refused;
    private uint _nextSlot;

    public AppendResult Append(IReadOnlyList<DataPointBatch> batches)
    {
        _inserted = _duplicates = _expired = _refused = 0;
        _nextSlot = 0;
        _versionBefore = influencers.Table.Version;
        _takenSince = table.TakenSince;
        try
        {
            context.Write(to =>
            {
                for (var i = 0; i < batches.Count; i++)
                    Stage(to, batches[i]);
                notFound.EndWrite(_nextSlot);
            });
        }
        finally
        {
            _staged.Clear();
        }

        notFound.Written();
        foreign.Written(_refused);
        return new AppendResult(_inserted, _duplicates, _expired, _refused);
    }

    private void Stage(WriteBatchBuffer to, DataPointBatch batch)
    {
        var slot = SlotSeconds.Of(batch.Slot);
        if (slot < _takenSince)
        {
            _expired += batch.Points.Count;
            return;
        }

        _nextSlot = Math.Max(_nextSlot, slot + (uint)batch.Interval.TotalSeconds);
        if (batch.Points.Count > 0)
            StagePoints(to, batch, slot);
        if (batch.Missed.Count > 0)
            _misses.Stage(batch, slot, _staged);
    }

    private void StagePoints(WriteBatchBuffer to, DataPointBatch batch, uint slot)
    {
        var points = batch.Points;
        var family = table.Days.GetOrCreate(slot);
        // Of nearly every slot nothing is missed, and nobody pays for a look.
        var hasMisses = slots.HasMisses(slot);
        Int128 followers = 0, following = 0;
        int covered = 0, others = 0, refused = 0;
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        Span<byte> value = stackalloc byte[PointCodec.MaxValueLength];
        for (var i = 0; i < points.Count; i++)
        {
            var point = points[i];
            var row = foreign.FindOrAdd(point.InfluencerId);
            if (row < 0)
            {
                refused++;
                continue;
            }

            SeriesKey.Write(key, point.InfluencerId, slot);
            if (!TryTake(to, row, point, slot, family, key))
                continue;
            to.Put(family, key, value[..PointCodec.WriteValue(value, point, batch.Slot)]);
            NoteTaken(to, row, slot, batch.Interval, hasMisses);
            followers += point.FollowerCount;
            following += point.FollowingCount;
            if (influencers.Standings.IsTracked(row, slot))
                covered++;
            else
                others++;
        }

        _inserted += covered + others;
        _refused += refused;
        _duplicates += points.Count - covered - others - refused;
        if (covered + others > 0)
            slots.Change(slot, batch.Interval).AddPoints(covered, others, followers, following);
    }

    // What a point makes wrong elsewhere: the roll-up of an hour that is made, what "not found" made of its influencer, a miss that was counted.
    private void NoteTaken(WriteBatchBuffer to, int row, uint slot, TimeSpan interval, bool hasMisses)
    {
        ref readonly var r = ref influencers.Table[row];
        if (slot / Periods.HourSeconds < rollups.Progress.MarkedBefore)
            rollups.Marks.Mark(to, r.Id, slot / Periods.HourSeconds * Periods.HourSeconds);
        if (r.NotFoundCount != 0)
            notFound.NoteReading(row, slot, interval);
        if (hasMisses)
            slots.TakeMissBack(slot, r.Id, interval);
    }

    // False for one that is stored already.
    private bool TryTake(WriteBatchBuffer to, int row, in DataPoint point, uint slot, ColumnFamily family, ReadOnlySpan<byte> key)
    {
        if (slot <= influencers.Table[row].SlotSeconds)
            return TryTakeLate(row, family, key, slot);
        TakeLatest(to, row, point, slot);
        return true;
    }

    private void TakeLatest(WriteBatchBuffer to, int row, in DataPoint point, uint slot)
    {
        ref var r = ref influencers.Changes.Change(row);
        if (r.ChangeVersion > _versionBefore && r.SlotSeconds != 0)
            _staged.Add((r.Id, r.SlotSeconds));
        r.SlotSeconds = slot;
        r.FollowerCount = point.FollowerCount;
        r.FollowingCount = point.FollowingCount;
        r.RetrievedAt = point.RetrievedAt;
        var hash = NameHash.Of(point.Username);
        if (hash != r.NameHash)
        {
            influencers.Names.Put(to, point.InfluencerId, point.Username, isOther: r.NameHash != 0);
            r.NameHash = hash;
        }

        influencers.Table.Touch(row);
    }

    private bool TryTakeLate(int row, ColumnFamily family, ReadOnlySpan<byte> key, uint slot)
    {
        ref readonly var r = ref influencers.Table[row];
        if (slot == r.SlotSeconds || _staged.Contains((r.Id, slot)) || context.Database.Contains(family, key))
            return false;
        _staged.Add((r.Id, slot));
        return true;
    }
}
