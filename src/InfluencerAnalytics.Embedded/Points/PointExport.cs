using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Embedded.Points;

/// <summary>
/// The points of all influencers, page by page: one pass over the keys of each day. Between two pages nothing of the database is held, so that a slow reader
/// pins no files; the next page finds its place again by its key. One reader each.
/// </summary>
internal sealed class PointExport(RocksDatabase database, PeriodFamilies days, uint start, uint end)
{
    // A megabyte, and some ten milliseconds.
    private const int StepsPerPage = 20_000;

    private readonly IReadOnlyList<PeriodFamilies.Entry> _days = [.. days.Between(start, end)];
    private int _day;
    private (long Id, uint Second) _from;

    /// <summary>Adds the next rows, which may be none. False at the end.</summary>
    public bool ReadPage(List<DataPoint> into)
    {
        if (start > end || _day == _days.Count)
            return false;
        using var names = new UsernameCursor(database);
        using var rows = new SeriesScan(database, _days[_day].Family, _from, InfluencerIds.Max, start, end, StepsPerPage);
        for (; rows.IsValid; rows.Next())
            into.Add(PointCodec.Read(rows.Key, rows.Value, names.Read(rows.Id)));
        _from = rows.IsCut ? (rows.Id, rows.Second) : default;
        if (!rows.IsCut)
            _day++;
        return true;
    }
}
