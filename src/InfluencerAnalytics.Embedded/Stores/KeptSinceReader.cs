using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Points;
using InfluencerAnalytics.Embedded.Rollups;
using InfluencerAnalytics.Embedded.Slots;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>
/// From when on points, hours and days are there: from where retention has dropped up to (which is later or earlier than the age that is configured, since whole
/// column families go), or from where data begins. Safe for concurrent use, without the store's gate.
/// </summary>
internal sealed class KeptSinceReader(StoreContext context, SlotRecords slots, PointTable points, RollupTables rollups)
{
    public KeptSince Read()
    {
        var first = FirstPoint();
        // Hours that are not rolled up yet are computed from points, and days from hours.
        var hours = Earlier(Floor(first, Periods.HourSeconds), FirstStored(rollups.Hours, MetaKeys.FirstHour));
        var days = Earlier(Floor(hours, Periods.DaySeconds), FirstStored(rollups.Days, MetaKeys.FirstDay));
        return new KeptSince(first * 1000, hours * 1000, days * 1000);
    }

    /// <summary>The first slot on record of the days that are left.</summary>
    private long? FirstPoint()
    {
        var days = points.Days.All;
        if (days.Count == 0)
            return null;
        var from = (uint)Math.Max(points.KeptSince, points.Days.StartOf(days[0].Period));
        Span<byte> key = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(key, from);
        using var records = context.Database.Iterate(slots.Family);
        return records.Seek(key) ? BinaryPrimitives.ReadUInt32BigEndian(records.Key) : from;
    }

    /// <summary>The first bucket ever written, or where the first column family that is left begins.</summary>
    private long? FirstStored(PeriodFamilies families, string firstName)
    {
        var all = families.All;
        if (all.Count == 0 || context.Meta.GetNumber(firstName) is not { } first)
            return null;
        return Math.Max(first, families.StartOf(all[0].Period));
    }

    private static long? Floor(long? second, uint bucket) => second - second % bucket;

    private static long? Earlier(long? a, long? b) => a is null || b < a ? b : a;
}
