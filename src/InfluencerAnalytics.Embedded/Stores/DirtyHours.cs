using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>
/// Puts right the roll-ups that late points made wrong, from the marks that the points left, some at a time. What takes long, reading the points, is
/// done beside the store's gate: an hour that gets another point meanwhile keeps its mark and is done once more. One thread at a time.
/// </summary>
internal sealed class DirtyHours(StoreContext context, RollupProgress progress, RollupReader reader)
{
    // Their removal is one write under the gate, of about a millisecond.
    private const int MarksPerStep = 256;

    private readonly WriteBatchBuffer _batch = new();
    private readonly ByteWriter _value = new();

    /// <param name="daysBefore">Days before this one are stored, or were scanned already for being stored.</param>
    public bool Step(uint daysBefore)
    {
        lock (context.Gate)
            context.Marks.BeginReading();
        try
        {
            var taken = context.Marks.Take(MarksPerStep, progress.HoursBefore * (ulong)Periods.HourSeconds);
            if (taken.Count == 0)
                return false;
            _batch.Clear();
            var hours = PutHours(taken);
            PutDays(hours, daysBefore);
            lock (context.Gate)
            {
                context.Marks.Remove(_batch, taken, hours);
                context.Database.Write(_batch);
                context.Marks.Removed(taken);
            }

            return true;
        }
        finally
        {
            lock (context.Gate)
                context.Marks.EndReading();
        }
    }

    private HashSet<(long Id, uint Hour)> PutHours(List<(long Number, long Id, uint Hour)> taken)
    {
        var hours = new HashSet<(long, uint)>();
        Span<byte> key = stackalloc byte[PointCodec.KeyLength];
        foreach (var (_, id, hour) in taken)
        {
            if (!context.Marks.Stands(id, hour) || !hours.Add((id, hour)))
                continue;
            PointCodec.WriteKey(key, id, hour);
            foreach (var rollup in reader.ComputeHours(id, hour, hour + Periods.HourSeconds - 1))
                Put(context.Hours, key, rollup);
        }

        return hours;
    }

    // The marks still stand, so that reading a day's hours computes them anew. While others of the day stand, it stays wrong: the last one does it.
    private void PutDays(HashSet<(long Id, uint Hour)> hours, uint daysBefore)
    {
        var days = new HashSet<(long, uint)>();
        Span<byte> key = stackalloc byte[PointCodec.KeyLength];
        foreach (var (id, hour) in hours)
        {
            var day = hour / Periods.DaySeconds;
            if (day >= daysBefore || !days.Add((id, day)))
                continue;
            var start = day * Periods.DaySeconds;
            if (reader.ReadDirtyHours(id, start, start + Periods.DaySeconds - 1).Exists(other => !hours.Contains((id, other))))
                continue;
            var rollup = RollupReader.ToDay(reader.ReadHours(id, start, start + Periods.DaySeconds - 1).Values, id, day);
            PointCodec.WriteKey(key, id, start);
            if (rollup.Count > 0)
                Put(context.Days, key, rollup);
        }
    }

    // What was imported stays as it is.
    private void Put(PeriodFamilies families, ReadOnlySpan<byte> key, in Rollup rollup)
    {
        var family = families.GetOrCreate(PointCodec.ReadSeconds(key));
        if (context.Database.Get(family, key) is { } stored && RollupCodec.IsImported(stored))
            return;
        _value.Clear();
        RollupCodec.Write(_value, rollup, imported: false);
        _batch.Put(family, key, _value.Written);
    }
}
