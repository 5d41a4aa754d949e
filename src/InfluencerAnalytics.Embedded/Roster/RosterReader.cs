using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Embedded.Roster;

/// <summary>Reads who is on the roster. Used under the store's gate, except where it says otherwise.</summary>
internal sealed class RosterReader(StoreContext context, InfluencerState influencers)
{
    private const int ReadPage = 256;

    private readonly ColumnFamily _added = context.Database[ColumnFamilyNames.Roster];

    public RosterCounts Count() => new(influencers.Roster.Tracked, influencers.Roster.Gone, influencers.Roster.Version);

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
        var row = influencers.Table.Find(id);
        if (row < 0 || influencers.Table[row].IsBlank)
            return null;
        Span<byte> key = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, id);
        var added = context.Database.Get(_added, key) is { } value ? BinaryPrimitives.ReadInt64BigEndian(value) : 0;
        return ToEntry(influencers.Table[row], added);
    }

    /// <summary>Usernames by id, of those that have one. Without the gate.</summary>
    public Dictionary<long, string> ReadNames(IReadOnlyList<long> ids)
    {
        var names = new Dictionary<long, string>(ids.Count);
        foreach (var id in ids)
        {
            if (influencers.Names.Find(id) is { } name)
                names[id] = name;
        }

        return names;
    }

    public List<long> ReadAddedSince(long rosterVersion)
    {
        var ids = new List<long>();
        if (influencers.Roster.LastAddition <= rosterVersion)
            return ids;
        for (var block = 0; block < influencers.Table.BlockCount; block++)
        {
            foreach (ref readonly var row in influencers.Table.GetBlock(block))
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
            var row = influencers.Table.Find(id);
            if (row >= 0 && influencers.Table[row].IsOnRoster)
                rows.Add((influencers.Table[row], addedAt));
        }
    }

    private RosterEntry ToEntry(in InfluencerRow row, long addedAt) =>
        new(row.Id, row.Status, row.NameHash == 0 ? null : influencers.Names.Find(row.Id), addedAt, row.NextTrySeconds * 1000L);
}
