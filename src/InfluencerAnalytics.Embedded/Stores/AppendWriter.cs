using System.Buffers.Binary;
using System.Text;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>Takes data points and misses in. Used under the store's gate.</summary>
internal sealed class AppendWriter(StoreContext context)
{
    private readonly MissWriter _misses = new(context);

    // Points of this call that a look into the database does not find yet: late ones, and those that a newer one of the same call overtook.
    private readonly HashSet<(long Id, uint Slot)> _staged = [];
    private long _versionBefore;
    private uint _keptSince;
    private int _inserted;
    private int _duplicates;
    private int _expired;
    private int _refused;
    private uint _nextSlot;

    /// <summary>Hours (since the epoch) before this one are rolled up, or are being rolled up: their points must be marked.</summary>
    public uint RolledUpBefore { get; set; }

    /// <summary>Points before this second are refused: their day was dropped.</summary>
    public uint KeptSince { get; set; } = (uint)(context.Meta.GetNumber(MetaKeys.KeptSince) ?? 0);

    public AppendResult Append(IReadOnlyList<DataPointBatch> batches)
    {
        context.Begin();
        try
        {
            _inserted = _duplicates = _expired = _refused = 0;
            _nextSlot = 0;
            _versionBefore = context.Table.Version;
            _keptSince = KeptSince;
            if (context.Options.RawRetention is { } retention)
                _keptSince = Math.Max(_keptSince, PointCodec.CeilingSeconds(context.Age.NowMs - (long)retention.TotalMilliseconds));
            for (var i = 0; i < batches.Count; i++)
                Stage(batches[i]);
            context.NotFound.Settle(_nextSlot);
            context.Commit();
            context.NotFound.Settled();
            context.Notices.Foreign(_refused, context.Roster.Foreign);
            return new AppendResult(_inserted, _duplicates, _expired, _refused);
        }
        catch
        {
            context.Rollback();
            throw;
        }
        finally
        {
            _staged.Clear();
        }
    }

    private void Stage(DataPointBatch batch)
    {
        var slot = PointCodec.ToSeconds(batch.Slot);
        if (slot < _keptSince)
        {
            _expired += batch.Points.Count;
            return;
        }

        _nextSlot = Math.Max(_nextSlot, slot + (uint)batch.Interval.TotalSeconds);
        if (batch.Points.Count > 0)
            StagePoints(batch, slot);
        if (batch.Missed.Count > 0)
            _misses.Stage(batch, slot, _staged);
    }

    private void StagePoints(DataPointBatch batch, uint slot)
    {
        var points = batch.Points;
        var family = context.Points.GetOrCreate(slot);
        var lateForRollup = slot / Periods.HourSeconds < RolledUpBefore;
        // Of nearly every slot nothing is missed, and nobody pays for a look.
        var hasMisses = context.Slots.HasMisses(slot);
        Int128 followers = 0, following = 0;
        int covered = 0, others = 0, refused = 0;
        Span<byte> key = stackalloc byte[PointCodec.KeyLength];
        Span<byte> value = stackalloc byte[PointCodec.MaxValueLength];
        for (var i = 0; i < points.Count; i++)
        {
            var point = points[i];
            var row = FindOrAdd(point.InfluencerId);
            if (row < 0)
            {
                refused++;
                continue;
            }

            PointCodec.WriteKey(key, point.InfluencerId, slot);
            if (slot > context.Table[row].SlotSeconds)
                TakeLatest(row, point, slot);
            else if (!TryTakeLate(row, family, key, slot))
                continue;

            context.Batch.Put(family, key, value[..PointCodec.WriteValue(value, point, batch.Slot)]);
            if (lateForRollup)
                context.Marks.Mark(context.Batch, point.InfluencerId, slot / Periods.HourSeconds * Periods.HourSeconds);
            if (context.Table[row].NotFoundCount != 0)
                context.NotFound.NoteReading(row, slot, batch.Interval);
            if (hasMisses)
                context.Misses.TakeBack(slot, point.InfluencerId, context.Slots.Change(slot, batch.Interval));
            followers += point.FollowerCount;
            following += point.FollowingCount;
            if (context.Standings.IsTracked(row, slot))
                covered++;
            else
                others++;
        }

        _inserted += covered + others;
        _refused += refused;
        _duplicates += points.Count - covered - others - refused;
        if (covered + others == 0)
            return;
        var record = context.Slots.Change(slot, batch.Interval);
        record.Covered += covered;
        record.Others += others;
        record.FollowerSum += followers;
        record.FollowingSum += following;
    }

    // One that was never tracked costs a row like any other; from outside, anybody could fill the memory with them.
    private int FindOrAdd(long id)
    {
        var row = context.Table.Find(id);
        if (row >= 0 && !context.Table[row].IsUnread)
            return row;
        if (context.Roster.Foreign >= context.Options.MaxForeignInfluencers)
            return -1;
        context.Roster.Foreign++;
        return context.Table.GetOrAdd(id);
    }

    private void TakeLatest(int row, in DataPoint point, uint slot)
    {
        ref var r = ref context.Changes.Change(row);
        if (r.ChangeVersion > _versionBefore && r.SlotSeconds != 0)
            _staged.Add((r.Id, r.SlotSeconds));
        r.SlotSeconds = slot;
        r.FollowerCount = point.FollowerCount;
        r.FollowingCount = point.FollowingCount;
        r.RetrievedAt = point.RetrievedAt;
        var hash = NameHash.Of(point.Username);
        if (hash != r.NameHash)
        {
            r.NameHash = hash;
            PutName(point);
        }

        context.Table.Touch(row);
    }

    private bool TryTakeLate(int row, ColumnFamily family, ReadOnlySpan<byte> key, uint slot)
    {
        ref readonly var r = ref context.Table[row];
        if (slot == r.SlotSeconds || _staged.Contains((r.Id, slot)) || context.Database.Contains(family, key))
            return false;
        _staged.Add((r.Id, slot));
        return true;
    }

    private void PutName(in DataPoint point)
    {
        Span<byte> key = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, point.InfluencerId);
        context.Batch.Put(context.NamesFamily, key, Encoding.UTF8.GetBytes(point.Username));
    }
}
