using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>
/// Pages through the influencers that changed. The cursor is a change version: every change gives its row a new one, so a page is the rows
/// above the cursor with the smallest versions. Blocks without a later change are passed by. Used under the store's gate.
/// </summary>
internal sealed class LatestReader(InfluencerTable table)
{
    public LatestPage Read(long cursor, int limit, ICollection<LatestPoint> into)
    {
        var last = table.Version;
        var hasMore = false;
        var changed = CollectVersions(cursor);
        if (changed.Count > limit)
        {
            changed.Sort();
            last = changed[limit - 1];
            hasMore = true;
        }

        for (var block = 0; block < table.BlockCount; block++)
        {
            if (table.BlockVersion(block) <= cursor)
                continue;
            foreach (ref readonly var row in table.GetBlock(block))
            {
                if (row.ChangeVersion > cursor && row.ChangeVersion <= last && !row.IsBlank)
                    into.Add(new LatestPoint(row.Id, row.FollowerCount, row.FollowingCount, row.Slot, row.RetrievedAt, row.Status));
            }
        }

        return new LatestPage(last, hasMore);
    }

    private List<long> CollectVersions(long cursor)
    {
        var versions = new List<long>();
        for (var block = 0; block < table.BlockCount; block++)
        {
            if (table.BlockVersion(block) <= cursor)
                continue;
            foreach (ref readonly var row in table.GetBlock(block))
            {
                if (row.ChangeVersion > cursor)
                    versions.Add(row.ChangeVersion);
            }
        }

        return versions;
    }
}
