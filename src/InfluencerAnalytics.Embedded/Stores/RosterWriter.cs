using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>Adds, removes and finds influencers. Used under the store's gate, except where it says otherwise.</summary>
internal sealed class RosterWriter(StoreContext context)
{
    private const int ReadPage = 256;

    private readonly ColumnFamily _added = context.Database[ColumnFamilyNames.Roster];

    public RosterAddResult Add(IReadOnlyList<long> ids, long expectedSealedGeneration, long sealedGeneration)
    {
        if (expectedSealedGeneration != sealedGeneration)
            return new RosterAddResult(false, 0, 0);
        context.Begin();
        try
        {
            var added = 0;
            var version = context.Roster.Version + 1;
            var now = context.NowMs;
            var ahead = context.Slots.BegunFrom(PointCodec.CeilingSeconds(now), now / 1000);
            for (var i = 0; i < ids.Count; i++)
            {
                if (TryAdd(ids[i], version, now, ahead))
                    added++;
            }

            if (added > 0)
            {
                context.Roster.Version = context.Roster.LastAddition = version;
                context.Roster.Tracked += added;
                context.Commit();
            }

            return new RosterAddResult(true, added, ids.Count - added);
        }
        catch
        {
            context.Rollback();
            throw;
        }
    }

    /// <param name="interval">Of the slots that are not final yet: they count it only when they have a point of it.</param>
    public int Remove(IReadOnlyList<long> ids, TimeSpan interval)
    {
        context.Begin();
        try
        {
            var removed = 0;
            var version = context.Roster.Version + 1;
            var from = (uint)Math.Max(1, context.NowMs / 1000 - 2 * (long)interval.TotalSeconds + 1);
            var open = context.Slots.BegunFrom(from, context.NowSeconds);
            for (var i = 0; i < ids.Count; i++)
            {
                if (TryRemove(ids[i], version, from, open))
                    removed++;
            }

            if (removed > 0)
            {
                context.Roster.Version = version;
                context.Commit();
            }

            return removed;
        }
        catch
        {
            context.Rollback();
            throw;
        }
    }

    /// <summary>The tracked and gone ids above one, ascending. Not to be called under the gate: it takes it for a few hundred at a time.</summary>
    public List<RosterEntry> Read(long afterId, int limit, CancellationToken cancellationToken)
    {
        var entries = new List<RosterEntry>(Math.Min(limit, 1024));
        var page = new List<(long Id, long AddedAt)>(ReadPage);
        var rows = new List<(InfluencerRow Row, long AddedAt)>(ReadPage);
        Span<byte> key = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, Math.Max(0, afterId) + 1);
        using var iterator = context.Database.Iterate(_added, fillCache: false);
        for (var valid = iterator.Seek(key); valid && entries.Count < limit;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            page.Clear();
            rows.Clear();
            for (; valid && page.Count < Math.Min(ReadPage, limit - entries.Count); valid = iterator.Next())
                page.Add((BinaryPrimitives.ReadInt64BigEndian(iterator.Key), BinaryPrimitives.ReadInt64BigEndian(iterator.Value)));
            lock (context.Gate)
                CopyRows(page, rows);
            foreach (var (row, addedAt) in rows)
                entries.Add(ToEntry(row, addedAt));
        }

        return entries;
    }

    public RosterEntry? Find(long id)
    {
        var row = context.Table.Find(id);
        if (row < 0 || context.Table[row].IsBlank)
            return null;
        Span<byte> key = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, id);
        var added = context.Database.Get(_added, key) is { } value ? BinaryPrimitives.ReadInt64BigEndian(value) : 0;
        return ToEntry(context.Table[row], added);
    }

    public List<long> ReadAddedSince(long rosterVersion)
    {
        var ids = new List<long>();
        if (context.Roster.LastAddition <= rosterVersion)
            return ids;
        for (var block = 0; block < context.Table.BlockCount; block++)
        {
            foreach (ref readonly var row in context.Table.GetBlock(block))
            {
                if (row.RosterVersion > rosterVersion && row.IsOnRoster)
                    ids.Add(row.Id);
            }
        }

        return ids;
    }

    private void CopyRows(List<(long Id, long AddedAt)> page, List<(InfluencerRow Row, long AddedAt)> rows)
    {
        foreach (var (id, addedAt) in page)
        {
            var row = context.Table.Find(id);
            if (row >= 0 && context.Table[row].IsOnRoster)
                rows.Add((context.Table[row], addedAt));
        }
    }

    private bool TryAdd(long id, long version, long now, List<uint> ahead)
    {
        if (!InfluencerIds.IsValid(id))
            throw new ArgumentOutOfRangeException(nameof(id), id, "An influencer's id is 1 to 2^53-1.");
        var row = context.Table.GetOrAdd(id);
        if (context.Table[row].IsOnRoster)
            return false;
        ref var r = ref context.Changes.Change(row);
        if (r.IsForeign)
            context.Roster.Foreign--;
        CountAhead(row, ahead);
        // It counts from the first slot that begins from now on.
        context.Standings.Move(row, ref r, PointCodec.CeilingSeconds(now), InfluencerStatus.Tracked);
        r.RosterVersion = version;
        context.Table.Touch(row);
        Span<byte> key = stackalloc byte[8];
        Span<byte> value = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, id);
        BinaryPrimitives.WriteInt64BigEndian(value, now);
        context.Batch.Put(_added, key, value);
        return true;
    }

    // A point may come a little before its slot begins: it was none of the slot's then, and is now. Unless the influencer was on the roster when it came: then it
    // was counted, and still was when it was removed.
    private void CountAhead(int row, List<uint> ahead)
    {
        foreach (var slot in ahead)
        {
            if (context.Standings.IsTracked(row, slot) || !context.HasPoint(context.Table[row], slot))
                continue;
            var record = context.Slots.Change(slot, TimeSpan.Zero);
            record.Others--;
            record.Covered++;
        }
    }

    private bool TryRemove(long id, long version, uint from, List<uint> open)
    {
        var row = context.Table.Find(id);
        if (row < 0 || !context.Table[row].IsOnRoster)
            return false;
        var kept = new List<uint>();
        foreach (var slot in open)
        {
            if (!context.Standings.IsTracked(row, slot))
                continue;
            if (context.HasPoint(context.Table[row], slot))
                kept.Add(slot);
            else if (context.Slots.HasMisses(slot))
                context.Misses.TakeBack(slot, id, context.Slots.Change(slot, TimeSpan.Zero));
        }

        ref var r = ref context.Changes.Change(row);
        if (r.Status == InfluencerStatus.Tracked)
            context.Roster.Tracked--;
        else
            context.Roster.Gone--;
        context.Standings.Remove(row, ref r, from, kept);
        r.RosterVersion = version;
        context.Table.Touch(row);
        return true;
    }

    private RosterEntry ToEntry(in InfluencerRow row, long addedAt) =>
        new(row.Id, row.Status, row.NameHash == 0 ? null : ReadName(row.Id), addedAt, row.NextTrySeconds * 1000L);

    private string? ReadName(long id)
    {
        Span<byte> key = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, id);
        return context.Database.GetString(context.NamesFamily, key);
    }
}
