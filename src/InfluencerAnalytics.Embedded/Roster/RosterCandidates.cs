using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Slots;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Embedded.Roster;

/// <summary>Whom a search has to look at, in its order: by the index of names, by the misses of the last slots, by how they stand, or all who were ever added. Not to be called under the gate.</summary>
internal sealed class RosterCandidates(StoreContext context, InfluencerState influencers, SlotRecords slots)
{
    // 32,768 rows: under the gate for a quarter of a millisecond.
    private const int BlocksPerLook = 64;

    private readonly ColumnFamily _added = context.Database[ColumnFamilyNames.Roster];
    private readonly ReportedSlots _reported = new(context, slots);

    /// <summary>The next ones behind a place, some perhaps by a name that they had; fewer than the limit at the end.</summary>
    public IReadOnlyList<RosterPlace> Read(RosterSearch search, RosterPlace after, IReadOnlyList<uint> recent, int limit)
    {
        if (search.Prefix is { } prefix)
            return influencers.Names.Search(prefix, after, limit);
        var ids = search.State switch
        {
            RosterState.Failing => Missed(recent, after.InfluencerId, limit),
            RosterState.Gone => Standing(InfluencerStatus.Gone, after.InfluencerId, limit),
            RosterState.Removed => Standing(InfluencerStatus.Removed, after.InfluencerId, limit),
            _ => Added(after.InfluencerId, limit),
        };
        return [.. ids.Select(static id => new RosterPlace("", id))];
    }

    private List<long> Added(long afterId, int limit)
    {
        var ids = new List<long>(limit);
        Span<byte> key = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, afterId + 1);
        using var added = context.Database.Iterate(_added, fillCache: false);
        for (var valid = added.Seek(key); valid && ids.Count < limit; valid = added.Next())
            ids.Add(BinaryPrimitives.ReadInt64BigEndian(added.Key));
        return ids;
    }

    // Lists that were cut reach to where the shortest does: what is behind is of the next look.
    private List<long> Missed(IReadOnlyList<uint> recent, long afterId, int limit)
    {
        var ids = new List<long>(limit);
        for (var isMore = true; isMore && ids.Count < limit;)
        {
            (var misses, isMore) = MissMerge.Merge([.. recent.Select(slot => (slot * 1000L, (IReadOnlyList<Miss>)_reported.ReadMisses(slot, afterId, limit)))], limit);
            ids.AddRange(misses.Select(static miss => miss.InfluencerId));
            if (ids.Count > 0)
                afterId = ids[^1];
        }

        return ids.Count > limit ? ids[..limit] : ids;
    }

    // The rows are in the order in which they were added, so all are looked at: 64 MB at a million.
    private List<long> Standing(InfluencerStatus status, long afterId, int limit)
    {
        var ids = new SortedSet<long>();
        for (var (first, blocks) = (0, 1); first < blocks; first += BlocksPerLook)
        {
            lock (context.Gate)
            {
                blocks = influencers.Table.BlockCount;
                for (var block = first; block < Math.Min(blocks, first + BlocksPerLook); block++)
                {
                    foreach (ref readonly var row in influencers.Table.GetBlock(block))
                    {
                        if (row.Status != status || row.Id <= afterId || (ids.Count == limit && row.Id >= ids.Max))
                            continue;
                        ids.Add(row.Id);
                        if (ids.Count > limit)
                            ids.Remove(ids.Max);
                    }
                }
            }
        }

        return [.. ids];
    }
}
