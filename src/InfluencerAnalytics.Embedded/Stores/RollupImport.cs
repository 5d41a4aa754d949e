using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>Takes in roll-ups of a past of which the points are not kept. Used under the store's gate.</summary>
internal sealed class RollupImport(StoreContext context, RollupProgress progress)
{
    private readonly ByteWriter _value = new();

    /// <summary>How many were written: a bucket that exists, stored or still to be computed from points, stays.</summary>
    public int Import(IReadOnlyList<Rollup> rollups, RollupReader reader)
    {
        context.Begin();
        try
        {
            var written = new HashSet<(long, RollupPeriod, long)>();
            long firstHour = long.MaxValue, firstDay = long.MaxValue;
            foreach (var rollup in rollups)
            {
                Check(rollup);
                if (Exists(rollup, reader) || !written.Add((rollup.InfluencerId, rollup.Period, rollup.Start)))
                    continue;
                Put(rollup);
                if (rollup.Period == RollupPeriod.Hour)
                    firstHour = Math.Min(firstHour, rollup.Start / 1000);
                else
                    firstDay = Math.Min(firstDay, rollup.Start / 1000);
            }

            if (firstHour < long.MaxValue)
                context.Meta.PutLeast(context.Batch, MetaKeys.FirstHour, firstHour);
            if (firstDay < long.MaxValue)
                context.Meta.PutLeast(context.Batch, MetaKeys.FirstDay, firstDay);

            context.Commit();
            return written.Count;
        }
        catch
        {
            context.Rollback();
            throw;
        }
    }

    private void Put(in Rollup rollup)
    {
        var start = PointCodec.ToSeconds(rollup.Start);
        var family = (rollup.Period == RollupPeriod.Hour ? context.Hours : context.Days).GetOrCreate(start);
        Span<byte> key = stackalloc byte[PointCodec.KeyLength];
        PointCodec.WriteKey(key, rollup.InfluencerId, start);
        _value.Clear();
        // Points that a closed bucket gets later must not take its place: they are not all of it. One that is still open is made from its points.
        RollupCodec.Write(_value, rollup, imported: IsClosed(rollup.Period, start));
        context.Batch.Put(family, key, _value.Written);
        // So that streams over all influencers come by it.
        var row = context.Table.GetOrAdd(rollup.InfluencerId);
        if (!context.Table[row].IsBlank)
            return;
        context.Changes.Change(row).IsKnown = true;
        context.Table.TouchQuietly(row);
    }

    private bool Exists(in Rollup rollup, RollupReader reader)
    {
        var start = PointCodec.ToSeconds(rollup.Start);
        var families = rollup.Period == RollupPeriod.Hour ? context.Hours : context.Days;
        Span<byte> key = stackalloc byte[PointCodec.KeyLength];
        PointCodec.WriteKey(key, rollup.InfluencerId, start);
        if (families.Find(start) is { } family && context.Database.Contains(family, key))
            return true;
        var bucket = rollup.Period == RollupPeriod.Hour ? Periods.HourSeconds : Periods.DaySeconds;
        return (!IsClosed(rollup.Period, start) || reader.ReadDirtyHours(rollup.InfluencerId, start, start + bucket - 1).Count > 0)
            && reader.Read(rollup.InfluencerId, rollup.Period, start, start).Count > 0;
    }

    private bool IsClosed(RollupPeriod period, uint start) =>
        period == RollupPeriod.Hour ? start / Periods.HourSeconds < progress.HoursBefore : start / Periods.DaySeconds < progress.DaysBefore;

    private static void Check(in Rollup rollup)
    {
        var bucket = rollup.Period == RollupPeriod.Hour ? Periods.HourSeconds : Periods.DaySeconds;
        if (PointCodec.ToSeconds(rollup.Start) % bucket != 0 || rollup.Count < 1)
            throw new ArgumentException($"A roll-up of {rollup.InfluencerId} does not start on its bucket, or counts nothing: {rollup.Start}.");
    }
}
