using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Embedded.Influencers;

/// <summary>
/// Pages through the influencers that changed. A pass goes once over the table and gives the rows with a change after the version at which the pass before it
/// began; blocks without one are passed by, so that a page costs what it gives. Used under the store's gate.
/// </summary>
/// <remarks>
/// The cursor between two passes is the version at which the last one began. Within a pass it is negative: the number of the pass and the row to go on from. What a
/// pass needs to know is kept of the last few; a cursor of one that is forgotten begins a pass over all, which gives more than is needed and never less.
/// </remarks>
internal sealed class LatestReader(InfluencerTable table)
{
    private const int RowBits = 31;
    private const int MaxPasses = 16;

    private readonly Dictionary<long, Pass> _passes = [];
    private long _lastPass;

    public (long Cursor, bool HasMore) Read(long cursor, int limit, ICollection<LatestPoint> into)
    {
        var (number, pass, row) = Resume(cursor);
        var taken = 0;
        while (row < table.Count)
        {
            var block = row / InfluencerTable.BlockRows;
            var first = block * InfluencerTable.BlockRows;
            var rows = table.GetBlock(block);
            if (table.BlockVersion(block) <= pass.After)
            {
                row = first + rows.Length;
                continue;
            }

            for (; row < first + rows.Length; row++)
            {
                ref readonly var found = ref rows[row - first];
                if (found.ChangeVersion <= pass.After || found.IsBlank)
                    continue;
                if (taken == limit)
                    return (-((number << RowBits) | (uint)row), true);
                into.Add(PointOf(found));
                taken++;
            }
        }

        _passes.Remove(number);
        return (pass.Began, false);
    }

    /// <summary>Of these influencers, as far as they are known.</summary>
    public void ReadOf(IReadOnlyList<long> ids, ICollection<LatestPoint> into)
    {
        foreach (var id in ids)
        {
            var row = table.Find(id);
            if (row >= 0 && !table[row].IsBlank)
                into.Add(PointOf(table[row]));
        }
    }

    private static LatestPoint PointOf(in InfluencerRow row) => new(row.Id, row.FollowerCount, row.FollowingCount, row.Slot, row.RetrievedAt, row.Status);

    private (long Number, Pass Pass, int Row) Resume(long cursor)
    {
        if (cursor < 0)
        {
            var number = -cursor >> RowBits;
            if (_passes.TryGetValue(number, out var known))
                return (number, known, (int)(-cursor & int.MaxValue));
            cursor = 0;
        }

        // Versions begin anew with each start; a cursor that is ahead is of another one.
        var pass = new Pass(cursor > table.Version ? 0 : cursor, table.Version);
        _passes.Add(++_lastPass, pass);
        _passes.Remove(_lastPass - MaxPasses);
        return (_lastPass, pass, 0);
    }

    /// <param name="After">Rows with a later change are given.</param>
    /// <param name="Began">The table's version when the pass began: what changes later, the next one gives.</param>
    private readonly record struct Pass(long After, long Began);
}
