using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Embedded.Rollups;

/// <summary>
/// Puts right the roll-ups that late points made wrong, from the marks that the points left, some at a time. What takes long, reading the points, is
/// done beside the store's gate: an hour that gets another point meanwhile keeps its mark and is done once more. One thread at a time.
/// </summary>
/// <param name="context">Of the store.</param>
/// <param name="rollups">What is put right.</param>
/// <param name="reader">Computes it.</param>
/// <param name="dayMended">Told with the write of it, of which influencers the last follower count of a day is another one now.</param>
internal sealed class DirtyHours(StoreContext context, RollupTables rollups, RollupReader reader, Action<WriteBatchBuffer, uint, IReadOnlyCollection<long>> dayMended)
{
    // Their removal is one write under the gate, of about a millisecond.
    private const int MarksPerStep = 256;

    private readonly List<(ColumnFamily Family, Rollup Rollup, bool IsOtherCount)> _made = [];
    private readonly ByteWriter _value = new();

    /// <param name="daysBefore">Days before this one are stored, or were scanned already for being stored.</param>
    public bool Step(uint daysBefore)
    {
        lock (context.Gate)
            rollups.Marks.BeginReading();
        try
        {
            var taken = rollups.Marks.Take(MarksPerStep, rollups.Progress.HoursBefore * (ulong)Periods.HourSeconds);
            if (taken.Count == 0)
                return false;
            _made.Clear();
            var hours = MakeHours(taken);
            MakeDays(hours, daysBefore);
            lock (context.Gate)
            {
                context.Write(batch =>
                {
                    foreach (var (family, rollup, _) in _made)
                        Put(batch, family, rollup);
                    foreach (var day in _made.Where(static made => made.IsOtherCount && made.Rollup.Period == RollupPeriod.Day).ToLookup(static made => made.Rollup.Start))
                        dayMended(batch, (uint)(day.Key / 1000 / Periods.DaySeconds), [.. day.Select(static made => made.Rollup.InfluencerId)]);
                    rollups.Marks.Remove(batch, taken, hours);
                });
                rollups.Marks.Removed(taken);
            }

            return true;
        }
        finally
        {
            lock (context.Gate)
                rollups.Marks.EndReading();
        }
    }

    private HashSet<(long Id, uint Hour)> MakeHours(List<(long Number, long Id, uint Hour)> taken)
    {
        var hours = new HashSet<(long, uint)>();
        foreach (var (_, id, hour) in taken)
        {
            if (!rollups.Marks.Stands(id, hour) || !hours.Add((id, hour)))
                continue;
            foreach (var rollup in reader.ComputeHours(id, hour, hour + Periods.HourSeconds - 1))
                Keep(rollup, hour);
        }

        return hours;
    }

    // The marks still stand, so that reading a day's hours computes them anew. While others of the day stand, it stays wrong: the last one does it.
    private void MakeDays(HashSet<(long Id, uint Hour)> hours, uint daysBefore)
    {
        var days = new HashSet<(long, uint)>();
        foreach (var (id, hour) in hours)
        {
            var day = hour / Periods.DaySeconds;
            if (day >= daysBefore || !days.Add((id, day)))
                continue;
            var start = day * Periods.DaySeconds;
            if (reader.ReadDirtyHours(id, start, start + Periods.DaySeconds - 1).Exists(other => !hours.Contains((id, other))))
                continue;
            var rollup = RollupReader.ToDay(reader.ReadHours(id, start, start + Periods.DaySeconds - 1).Values, id, day);
            if (rollup.Count > 0)
                Keep(rollup, start);
        }
    }

    // What was imported stays as it is.
    private void Keep(in Rollup rollup, uint start)
    {
        var family = rollups.Of(rollup.Period).GetOrCreate(start);
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        SeriesKey.Write(key, rollup.InfluencerId, start);
        if (context.Database.Get(family, key) is not { } stored)
            _made.Add((family, rollup, true));
        else if (!RollupCodec.IsImported(stored))
            _made.Add((family, rollup, RollupCodec.Read(key, stored, rollup.Period).Followers.Last != rollup.Followers.Last));
    }

    private void Put(WriteBatchBuffer batch, ColumnFamily family, in Rollup rollup)
    {
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        SeriesKey.Write(key, rollup.InfluencerId, (uint)(rollup.Start / 1000));
        _value.Clear();
        RollupCodec.Write(_value, rollup, imported: false);
        batch.Put(family, key, _value.Written);
    }
}
