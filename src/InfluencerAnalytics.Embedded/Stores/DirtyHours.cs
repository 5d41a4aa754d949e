using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>
/// Puts right the roll-ups that late points made wrong, from the marks that the points left. Under the store's gate, a few at a time: a
/// point that came between reading its hour and deleting the mark would be forgotten.
/// </summary>
internal sealed class DirtyHours(StoreContext context, RollupProgress progress, RollupReader reader)
{
    // About a millisecond under the gate.
    private const int MarksPerStep = 16;

    private readonly ColumnFamily _marks = context.Database[ColumnFamilyNames.Dirty];
    private readonly WriteBatchBuffer _batch = new();
    private readonly ByteWriter _value = new();

    /// <param name="daysBefore">Days before this one are stored, or were scanned already for being stored.</param>
    public bool Step(uint daysBefore)
    {
        lock (context.Gate)
        {
            var marks = Take();
            if (marks.Count == 0)
                return false;
            _batch.Clear();
            var days = new HashSet<(long Id, uint Day)>();
            Span<byte> key = stackalloc byte[PointCodec.KeyLength];
            foreach (var (id, hour) in marks)
            {
                PointCodec.WriteKey(key, id, hour);
                _batch.Delete(_marks, key);
                foreach (var rollup in reader.ComputeHours(id, hour, hour + Periods.HourSeconds - 1))
                    Put(context.Hours, key, rollup);
                if (hour / Periods.DaySeconds < daysBefore)
                    days.Add((id, hour / Periods.DaySeconds));
            }

            // The marks still stand, so that this computes their hours anew.
            foreach (var (id, day) in days)
            {
                var start = day * Periods.DaySeconds;
                var rollup = RollupReader.ToDay(reader.ReadHours(id, start, start + Periods.DaySeconds - 1).Values, id, day);
                PointCodec.WriteKey(key, id, start);
                if (rollup.Count > 0)
                    Put(context.Days, key, rollup);
            }

            context.Database.Write(_batch);
            return true;
        }
    }

    // Marks of an hour that is under way are left for when it is done.
    private List<(long Id, uint Hour)> Take()
    {
        var marks = new List<(long, uint)>();
        var before = progress.HoursBefore * (ulong)Periods.HourSeconds;
        using var iterator = context.Database.Iterate(_marks);
        for (var valid = iterator.SeekToFirst(); valid && marks.Count < MarksPerStep; valid = iterator.Next())
        {
            var hour = PointCodec.ReadSeconds(iterator.Key);
            if (hour < before)
                marks.Add((PointCodec.ReadId(iterator.Key), hour));
        }

        return marks;
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
