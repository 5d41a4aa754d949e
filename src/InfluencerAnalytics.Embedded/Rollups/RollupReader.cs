using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Points;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Embedded.Rollups;

/// <summary>
/// Reads roll-ups: those stored, and in their place those computed from the points where the stored ones are not made yet or a late point made
/// them wrong. Safe for concurrent use, without the store's gate.
/// </summary>
internal sealed class RollupReader(StoreContext context, RollupTables rollups, PointReader points)
{
    private readonly ColumnFamily _dirty = context.Database[ColumnFamilyNames.Dirty];

    public IReadOnlyList<Rollup> Read(long id, RollupPeriod period, uint start, uint end) =>
        start > end ? [] : period == RollupPeriod.Hour ? [.. ReadHours(id, start, end).Values] : [.. ReadDays(id, start, end).Values];

    /// <summary>The hours of one influencer from its points alone.</summary>
    public List<Rollup> ComputeHours(long id, uint start, uint end)
    {
        var state = new HourBuilder(id);
        points.Visit(id, start, end, ref state, static (ref HourBuilder builder, uint slot, long followers, long following) => builder.Add(slot, followers, following));
        return state.Finish();
    }

    /// <summary>Several hours of one day as that day.</summary>
    public static Rollup ToDay(IEnumerable<Rollup> hours, long id, uint day)
    {
        var rollup = default(Rollup);
        foreach (var hour in hours)
        {
            rollup = rollup.Count == 0
                ? new Rollup(id, RollupPeriod.Day, day * (Periods.DaySeconds * 1000L), hour.Count, hour.Followers, hour.Following)
                : rollup.Add(hour);
        }

        return rollup;
    }

    public SortedList<uint, Rollup> ReadHours(long id, uint start, uint end)
    {
        // In this order: an hour that is rolled up between these steps is then computed, never read half-made or stale.
        var storedBefore = rollups.Progress.HoursBefore * (ulong)Periods.HourSeconds;
        var dirty = ReadDirtyHours(id, start, end);
        var imported = new HashSet<uint>();
        var hours = ReadStored(rollups.Hours, id, RollupPeriod.Hour, start, end, imported);

        foreach (var hour in dirty)
        {
            if (hour < storedBefore)
                Replace(hours, imported, ComputeHours(id, hour, hour + Periods.HourSeconds - 1));
        }

        var first = Math.Max(Periods.StartAtOrAfter(start, Periods.HourSeconds), storedBefore);
        if (first <= end)
            Replace(hours, imported, ComputeHours(id, (uint)first, Periods.EndOf(end, Periods.HourSeconds)));
        return hours;
    }

    private SortedList<uint, Rollup> ReadDays(long id, uint start, uint end)
    {
        var storedBefore = rollups.Progress.DaysBefore * (ulong)Periods.DaySeconds;
        var lastSecond = Periods.EndOf(end, Periods.DaySeconds);
        var dirtyDays = new SortedSet<uint>();
        foreach (var hour in ReadDirtyHours(id, start, lastSecond))
            dirtyDays.Add(hour / Periods.DaySeconds);
        var imported = new HashSet<uint>();
        var days = ReadStored(rollups.Days, id, RollupPeriod.Day, start, end, imported);

        foreach (var day in dirtyDays)
        {
            if (day * (ulong)Periods.DaySeconds < storedBefore)
                ReplaceDays(days, imported, id, day * Periods.DaySeconds, day * Periods.DaySeconds + (Periods.DaySeconds - 1), start);
        }

        var first = Math.Max(Periods.StartAtOrAfter(start, Periods.DaySeconds), storedBefore);
        if (first <= end)
            ReplaceDays(days, imported, id, (uint)first, lastSecond, start);
        return days;
    }

    public List<uint> ReadDirtyHours(long id, uint start, uint end)
    {
        var hours = new List<uint>();
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        SeriesKey.Write(key, id, start);
        Span<byte> bound = stackalloc byte[SeriesKey.Length];
        SeriesKey.Write(bound, id + 1, 0);
        using var iterator = context.Database.Iterate(_dirty, bound);
        for (var valid = iterator.Seek(key); valid; valid = iterator.Next())
        {
            var hour = SeriesKey.ReadSeconds(iterator.Key);
            if (hour > end)
                break;
            hours.Add(hour);
        }

        return hours;
    }

    private void ReplaceDays(SortedList<uint, Rollup> days, HashSet<uint> imported, long id, uint from, uint to, uint start)
    {
        foreach (var group in ReadHours(id, from, to).GroupBy(hour => hour.Key / Periods.DaySeconds))
        {
            var second = group.Key * Periods.DaySeconds;
            if (second >= start && !imported.Contains(second))
                days[second] = ToDay(group.Select(hour => hour.Value), id, group.Key);
        }
    }

    private static void Replace(SortedList<uint, Rollup> hours, HashSet<uint> imported, List<Rollup> computed)
    {
        foreach (var hour in computed)
        {
            var second = (uint)(hour.Start / 1000);
            if (!imported.Contains(second))
                hours[second] = hour;
        }
    }

    private SortedList<uint, Rollup> ReadStored(PeriodFamilies families, long id, RollupPeriod period, uint start, uint end, HashSet<uint> imported)
    {
        var stored = new SortedList<uint, Rollup>();
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        SeriesKey.Write(key, id, start);
        Span<byte> bound = stackalloc byte[SeriesKey.Length];
        SeriesKey.Write(bound, id + 1, 0);
        foreach (var entry in families.Between(start, end))
        {
            using var iterator = TryIterate(entry.Family, bound);
            if (iterator is null)
                continue;
            for (var valid = iterator.Seek(key); valid && SeriesKey.ReadSeconds(iterator.Key) <= end; valid = iterator.Next())
            {
                var second = SeriesKey.ReadSeconds(iterator.Key);
                stored.Add(second, RollupCodec.Read(iterator.Key, iterator.Value, period));
                if (RollupCodec.IsImported(iterator.Value))
                    imported.Add(second);
            }
        }

        return stored;
    }

    // What retention drops at this very moment has nothing to read any more.
    private RocksIterator? TryIterate(ColumnFamily family, ReadOnlySpan<byte> bound)
    {
        try
        {
            return context.Database.Iterate(family, bound);
        }
        catch (ObjectDisposedException) when (family.IsDropped)
        {
            return null;
        }
    }

    // A mutable struct: kept in a local, passed by reference.
    private struct HourBuilder(long id)
    {
        private readonly List<Rollup> _hours = [];
        private BucketSum _sum;
        private uint _start;

        public void Add(uint slot, long followers, long following)
        {
            var start = slot - slot % Periods.HourSeconds;
            if (start != _start)
                Close();
            _start = start;
            _sum.Add(followers, following);
        }

        public List<Rollup> Finish()
        {
            Close();
            return _hours;
        }

        private void Close()
        {
            if (_sum.Count > 0)
                _hours.Add(_sum.ToRollup(id, RollupPeriod.Hour, _start));
            _sum = default;
        }
    }
}
