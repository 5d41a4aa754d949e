using System.Buffers.Binary;
using System.Text;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>Takes data points and misses in. Used under the store's gate.</summary>
internal sealed class AppendWriter(StoreContext context)
{
    private readonly ColumnFamily _misses = context.Database[ColumnFamilyNames.Misses];

    // Points of this call that a look into the database does not find yet: late ones, and those that a newer one of the same call overtook.
    private readonly HashSet<(long Id, uint Slot)> _staged = [];
    private readonly HashSet<(uint Slot, ulong Hash)> _stagedMisses = [];
    private long _versionBefore;
    private uint _keptSince;
    private int _inserted;
    private int _duplicates;
    private int _expired;

    /// <summary>Hours (since the epoch) before this one are rolled up, or are being rolled up: their points must be marked.</summary>
    public uint RolledUpBefore { get; set; }

    /// <summary>Points before this second are refused: their day was dropped.</summary>
    public uint KeptSince { get; set; } = (uint)(context.Meta.GetNumber(MetaKeys.KeptSince) ?? 0);

    public AppendResult Append(IReadOnlyList<DataPointBatch> batches)
    {
        context.Begin();
        try
        {
            _inserted = _duplicates = _expired = 0;
            _versionBefore = context.Table.Version;
            _keptSince = KeptSince;
            if (context.Options.RawRetention is { } retention)
                _keptSince = Math.Max(_keptSince, PointCodec.CeilingSeconds(context.NowMs - (long)retention.TotalMilliseconds));
            for (var i = 0; i < batches.Count; i++)
                Stage(batches[i]);
            context.Commit();
            return new AppendResult(_inserted, _duplicates, _expired);
        }
        catch
        {
            context.Rollback();
            throw;
        }
        finally
        {
            _staged.Clear();
            _stagedMisses.Clear();
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

        if (batch.Points.Count > 0)
            StagePoints(batch, slot);
        if (batch.Missed.Count > 0)
            StageMisses(batch, slot);
    }

    private void StagePoints(DataPointBatch batch, uint slot)
    {
        var points = batch.Points;
        var family = context.Points.GetOrCreate(slot);
        var lateForRollup = slot / Periods.HourSeconds < RolledUpBefore;
        Int128 followers = 0, following = 0;
        var stored = 0;
        Span<byte> key = stackalloc byte[PointCodec.KeyLength];
        for (var i = 0; i < points.Count; i++)
        {
            var point = points[i];
            var row = context.Table.GetOrAdd(point.InfluencerId);
            PointCodec.WriteKey(key, point.InfluencerId, slot);
            if (slot > context.Table[row].SlotSeconds)
                TakeLatest(row, point, slot);
            else if (!TryTakeLate(row, family, key, slot))
                continue;

            var value = context.Batch.BeginPut(family.Id, key, PointCodec.MaxValueLength);
            context.Batch.EndPut(PointCodec.WriteValue(value, point, batch.Slot));
            if (lateForRollup)
                context.Marks.Mark(context.Batch, point.InfluencerId, slot / Periods.HourSeconds * Periods.HourSeconds);
            followers += point.FollowerCount;
            following += point.FollowingCount;
            stored++;
        }

        _inserted += stored;
        _duplicates += points.Count - stored;
        if (stored == 0)
            return;
        var record = context.Slots.Change(slot, batch.Interval);
        record.Stored += stored;
        record.FollowerSum += followers;
        record.FollowingSum += following;
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
        if (r.Status == InfluencerStatus.Gone)
            ComeBack(ref r);
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

    private void ComeBack(ref InfluencerRow row)
    {
        row.Status = InfluencerStatus.Tracked;
        row.NotFoundCount = 0;
        row.NextTrySeconds = 0;
        context.Roster.Gone--;
        context.Roster.Tracked++;
        context.Roster.Version++;
    }

    private void PutName(in DataPoint point)
    {
        Span<byte> key = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, point.InfluencerId);
        context.Batch.Put(context.NamesFamily, key, Encoding.UTF8.GetBytes(point.Username));
    }

    // A message that is delivered twice carries the same list; another message about the same slot does not.
    private void StageMisses(DataPointBatch batch, uint slot)
    {
        var hash = MissHash(batch.Missed);
        Span<byte> key = stackalloc byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(key, slot);
        BinaryPrimitives.WriteUInt64BigEndian(key[4..], hash);
        if (!_stagedMisses.Add((slot, hash)) || context.Database.Contains(_misses, key))
            return;
        context.Batch.Put(_misses, key, []);
        var record = context.Slots.Change(slot, batch.Interval);
        for (var i = 0; i < batch.Missed.Count; i++)
        {
            var miss = batch.Missed[i];
            record.AddMiss(miss.Reason);
            if (miss.Reason == MissReason.NotFound)
                NoteNotFound(miss.InfluencerId, batch, slot, record);
        }
    }

    private void NoteNotFound(long id, DataPointBatch batch, uint slot, SlotRecord record)
    {
        var row = context.Table.Find(id);
        if (row < 0)
            return;
        ref readonly var now = ref context.Table[row];
        // An answer that is older than a stored point, or than the answer before it, says nothing new.
        if (now.Status is not (InfluencerStatus.Tracked or InfluencerStatus.Gone) || slot <= now.SlotSeconds || slot < now.NextTrySeconds)
            return;
        ref var r = ref context.Changes.Change(row);
        if (r.Status == InfluencerStatus.Tracked)
        {
            r.Status = InfluencerStatus.Gone;
            r.NotFoundCount = 0;
            context.Roster.Tracked--;
            context.Roster.Gone++;
            // One that turns out to be gone is no gap in the slot that showed it.
            if (record.Tracked > 0)
                record.Tracked--;
        }

        r.NotFoundCount = (byte)Math.Min(byte.MaxValue, r.NotFoundCount + 1);
        r.NextTrySeconds = PointCodec.FloorSeconds(GoneBackoff.NextTry(batch.Slot, batch.Interval, r.NotFoundCount));
        context.Roster.Version++;
        context.Table.Touch(row);
    }

    private static ulong MissHash(IReadOnlyList<Miss> missed)
    {
        var hash = 14695981039346656037UL;
        for (var i = 0; i < missed.Count; i++)
        {
            hash = unchecked((hash ^ (ulong)missed[i].InfluencerId) * 0x9E3779B97F4A7C15UL);
            hash = unchecked((System.Numerics.BitOperations.RotateLeft(hash, 29) ^ (ulong)missed[i].Reason) * 0xC2B2AE3D27D4EB4FUL);
        }

        return hash ^ (hash >> 32);
    }
}
