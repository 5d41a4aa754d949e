using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Points;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Embedded.Rollups;

/// <summary>
/// As <see cref="RollupReader"/>, of several influencers at once and within one column family: each source is gone over once, in the order of its keys.
/// Safe for concurrent use, without the store's gate.
/// </summary>
internal sealed class RollupRangeReader(StoreContext context, RollupTables rollups, PeriodFamilies pointDays, RollupReader reader)
{
    private readonly ColumnFamily _dirty = context.Database[ColumnFamilyNames.Dirty];

    /// <summary>By id, then hour.</summary>
    public List<Rollup> ReadHours(long firstId, long lastId, uint start, uint end)
    {
        // In this order: an hour that is rolled up between these steps is then computed, never read half-made or stale.
        var storedBefore = rollups.Progress.HoursBefore * (ulong)Periods.HourSeconds;
        var lastSecond = Periods.EndOf(end, Periods.HourSeconds);
        var computed = new List<Rollup>();
        var dirty = ReadDirtyHours(firstId, lastId, start, lastSecond);
        var stored = ReadStored(rollups.Hours, RollupPeriod.Hour, firstId, lastId, start, end);
        foreach (var (id, hour) in dirty)
        {
            if (hour < storedBefore)
                computed.AddRange(reader.ComputeHours(id, hour, hour + Periods.HourSeconds - 1));
        }

        var first = Math.Max(Periods.StartAtOrAfter(start, Periods.HourSeconds), storedBefore);
        if (first <= end)
            ComputeHours(firstId, lastId, (uint)first, lastSecond, computed);
        return Merge(stored, computed);
    }

    /// <summary>By id, then day.</summary>
    public List<Rollup> ReadDays(long firstId, long lastId, uint start, uint end)
    {
        var storedBefore = rollups.Progress.DaysBefore * (ulong)Periods.DaySeconds;
        var computed = new List<Rollup>();
        var dirty = ReadDirtyHours(firstId, lastId, start, Periods.EndOf(end, Periods.DaySeconds)).Select(mark => (mark.Id, Day: mark.Hour / Periods.DaySeconds)).Distinct().ToList();
        var stored = ReadStored(rollups.Days, RollupPeriod.Day, firstId, lastId, start, end);
        foreach (var (id, day) in dirty)
        {
            var second = day * Periods.DaySeconds;
            if (second >= start && second < storedBefore)
                AddDay(reader.ReadHours(id, second, second + Periods.DaySeconds - 1).Values, computed);
        }

        for (var second = Math.Max(Periods.StartAtOrAfter(start, Periods.DaySeconds), storedBefore); second <= end; second += Periods.DaySeconds)
        {
            if (rollups.Hours.Find((uint)second) is not null || pointDays.Find((uint)second) is not null)
                AddDay(ReadHours(firstId, lastId, (uint)second, (uint)second + Periods.DaySeconds - 1), computed);
        }

        return Merge(stored, computed);
    }

    private static void AddDay(IEnumerable<Rollup> hours, List<Rollup> days)
    {
        foreach (var group in hours.GroupBy(hour => hour.InfluencerId))
            days.Add(RollupReader.ToDay(group, group.Key, (uint)(group.First().Start / 1000 / Periods.DaySeconds)));
    }

    private void ComputeHours(long firstId, long lastId, uint start, uint end, List<Rollup> into)
    {
        foreach (var day in pointDays.Between(start, end))
        {
            var sum = default(BucketSum);
            (long Id, uint Hour) open = default;
            using var rows = new SeriesScan(context.Database, day.Family, (firstId, start), lastId, start, end);
            for (; rows.IsValid; rows.Next())
            {
                var bucket = (rows.Id, rows.Second / Periods.HourSeconds);
                if (bucket != open && sum.Count > 0)
                {
                    into.Add(sum.ToRollup(open.Id, RollupPeriod.Hour, open.Hour * Periods.HourSeconds));
                    sum = default;
                }

                open = bucket;
                PointCodec.ReadValue(rows.Value, out var followers, out var following, out _);
                sum.Add(followers, following);
            }

            if (sum.Count > 0)
                into.Add(sum.ToRollup(open.Id, RollupPeriod.Hour, open.Hour * Periods.HourSeconds));
        }
    }

    private List<(long Id, uint Hour)> ReadDirtyHours(long firstId, long lastId, uint start, uint end)
    {
        var hours = new List<(long, uint)>();
        using var rows = new SeriesScan(context.Database, _dirty, (firstId, start), lastId, start, end);
        for (; rows.IsValid; rows.Next())
            hours.Add((rows.Id, rows.Second));
        return hours;
    }

    private List<Stored> ReadStored(PeriodFamilies families, RollupPeriod period, long firstId, long lastId, uint start, uint end)
    {
        var stored = new List<Stored>();
        if (families.Find(start) is not { } family)
            return stored;
        using var rows = new SeriesScan(context.Database, family, (firstId, start), lastId, start, end);
        for (; rows.IsValid; rows.Next())
            stored.Add(new Stored(RollupCodec.Read(rows.Key, rows.Value, period), RollupCodec.IsImported(rows.Value)));
        return stored;
    }

    // What was computed takes the place of what is stored; what was imported stays.
    private static List<Rollup> Merge(List<Stored> stored, List<Rollup> computed)
    {
        computed.Sort(static (a, b) => Compare(a, b));
        var merged = new List<Rollup>(stored.Count + computed.Count);
        var next = 0;
        foreach (var row in stored)
        {
            while (next < computed.Count && Compare(computed[next], row.Rollup) < 0)
                merged.Add(computed[next++]);
            var isReplaced = next < computed.Count && Compare(computed[next], row.Rollup) == 0;
            merged.Add(isReplaced && !row.IsImported ? computed[next] : row.Rollup);
            if (isReplaced)
                next++;
        }

        merged.AddRange(computed.Skip(next));
        return merged;
    }

    private static int Compare(in Rollup a, in Rollup b) =>
        a.InfluencerId != b.InfluencerId ? a.InfluencerId.CompareTo(b.InfluencerId) : a.Start.CompareTo(b.Start);

    private readonly record struct Stored(Rollup Rollup, bool IsImported);
}
