using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Embedded.Rollups;

/// <summary>Takes in roll-ups of a past of which the points are not kept. Used under the store's gate.</summary>
internal sealed class RollupImport(StoreContext context, InfluencerState influencers, RollupTables rollups, RollupReader reader)
{
    private readonly ByteWriter _value = new();

    /// <summary>How many were written: a bucket that exists, stored or still to be computed from points, stays.</summary>
    public int Import(IReadOnlyList<Rollup> imported) => context.Write(batch =>
    {
        var written = new HashSet<(long, RollupPeriod, long)>();
        long firstHour = long.MaxValue, firstDay = long.MaxValue;
        foreach (var rollup in imported)
        {
            Check(rollup);
            if (Exists(rollup) || !written.Add((rollup.InfluencerId, rollup.Period, rollup.Start)))
                continue;
            Put(batch, rollup);
            if (rollup.Period == RollupPeriod.Hour)
                firstHour = Math.Min(firstHour, rollup.Start / 1000);
            else
                firstDay = Math.Min(firstDay, rollup.Start / 1000);
        }

        if (firstHour < long.MaxValue)
            context.Meta.PutLeast(batch, MetaKeys.FirstHour, firstHour);
        if (firstDay < long.MaxValue)
            context.Meta.PutLeast(batch, MetaKeys.FirstDay, firstDay);
        return written.Count;
    });

    private void Put(WriteBatchBuffer batch, in Rollup rollup)
    {
        var start = SlotSeconds.Of(rollup.Start);
        var family = rollups.Of(rollup.Period).GetOrCreate(start);
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        SeriesKey.Write(key, rollup.InfluencerId, start);
        _value.Clear();
        // Points that a closed bucket gets later must not take its place: they are not all of it. One that is still open is made from its points.
        RollupCodec.Write(_value, rollup, imported: IsClosed(rollup.Period, start));
        batch.Put(family, key, _value.Written);
        // So that streams over all influencers come by it.
        var row = influencers.Table.GetOrAdd(rollup.InfluencerId);
        if (!influencers.Table[row].IsBlank)
            return;
        influencers.Changes.Change(row).IsKnown = true;
        influencers.Table.TouchQuietly(row);
    }

    private bool Exists(in Rollup rollup)
    {
        var start = SlotSeconds.Of(rollup.Start);
        var families = rollups.Of(rollup.Period);
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        SeriesKey.Write(key, rollup.InfluencerId, start);
        if (families.Find(start) is { } family && context.Database.Contains(family, key))
            return true;
        var bucket = Periods.SecondsOf(rollup.Period);
        return (!IsClosed(rollup.Period, start) || reader.ReadDirtyHours(rollup.InfluencerId, start, start + bucket - 1).Count > 0)
            && reader.Read(rollup.InfluencerId, rollup.Period, start, start).Count > 0;
    }

    private bool IsClosed(RollupPeriod period, uint start) =>
        period == RollupPeriod.Hour ? start / Periods.HourSeconds < rollups.Progress.HoursBefore : start / Periods.DaySeconds < rollups.Progress.DaysBefore;

    private static void Check(in Rollup rollup)
    {
        var bucket = Periods.SecondsOf(rollup.Period);
        if (SlotSeconds.Of(rollup.Start) % bucket != 0 || rollup.Count < 1)
            throw new ArgumentException($"A roll-up of {rollup.InfluencerId} does not start on its bucket, or counts nothing: {rollup.Start}.");
    }
}
