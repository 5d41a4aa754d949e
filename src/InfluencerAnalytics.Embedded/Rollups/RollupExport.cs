using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Embedded.Rollups;

/// <summary>
/// The roll-ups of all influencers, page by page: for each column family of them one pass over its keys, with what is not stored yet, or not right any more, computed beside it.
/// Between two pages nothing of the database is held. One reader each.
/// </summary>
internal sealed class RollupExport
{
    // Two megabytes at most.
    private const int RowsPerPage = 20_000;
    private const int MaxIdsPerPage = 2000;

    private readonly RollupRangeReader _reader;
    private readonly RollupPeriod _period;
    private readonly uint _start;
    private readonly uint _end;
    private readonly long[] _ids;
    private readonly List<(uint Start, uint End)> _parts = [];
    private int _part;
    private int _next;

    /// <param name="seconds">The first and the last at which a bucket may start.</param>
    /// <param name="ids">Everyone, ascending.</param>
    public RollupExport(RollupTables rollups, PeriodFamilies pointDays, RollupRangeReader reader, RollupPeriod period, (uint First, uint Last) seconds, long[] ids)
    {
        (_reader, _period, _ids) = (reader, period, ids);
        (_start, _end) = seconds;
        var families = rollups.Of(period);
        var bucket = Periods.SecondsOf(period);
        // Days are made of hours, and hours of points, where they are not stored yet.
        PeriodFamilies[] sources = period == RollupPeriod.Hour ? [families, pointDays] : [families, rollups.Hours, pointDays];
        foreach (var number in sources.SelectMany(source => source.All.SelectMany(entry => PeriodsOf(families, source, entry))).Distinct().Order())
        {
            var first = families.StartOf(number);
            var part = (Start: Math.Max(_start, (uint)first), End: (uint)Math.Min(_end, first + families.PeriodSeconds - bucket));
            if (part.Start <= part.End)
                _parts.Add(part);
        }
    }

    // A week may begin in one year and end in the next.
    private static int[] PeriodsOf(PeriodFamilies families, PeriodFamilies source, PeriodFamilies.Entry entry) =>
        [families.PeriodOf((uint)source.StartOf(entry.Period)), families.PeriodOf((uint)(source.StartOf(entry.Period + 1) - 1))];

    /// <summary>Adds the next rows, which may be none. False at the end.</summary>
    public bool ReadPage(List<Rollup> into)
    {
        if (_start > _end || _part == _parts.Count || _ids.Length == 0)
            return false;
        var (start, end) = _parts[_part];
        var bucket = Periods.SecondsOf(_period);
        var count = Math.Clamp(RowsPerPage / (int)((end - start) / bucket + 1), 1, MaxIdsPerPage);
        var last = Math.Min(_ids.Length, _next + count) - 1;
        into.AddRange(_period == RollupPeriod.Hour ? _reader.ReadHours(_ids[_next], _ids[last], start, end) : _reader.ReadDays(_ids[_next], _ids[last], start, end));
        _next = last + 1;
        if (_next == _ids.Length)
        {
            _part++;
            _next = 0;
        }

        return true;
    }
}
