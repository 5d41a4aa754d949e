using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>
/// From when on points, hours and days are there: from where retention has dropped up to (which is later or earlier than the age that is configured, since whole
/// column families go), or from where data begins. Safe for concurrent use, without the store's gate.
/// </summary>
internal sealed class KeptSinceReader(StoreContext context)
{
    public KeptSince Read()
    {
        var points = FirstPoint();
        // Hours that are not rolled up yet are computed from points, and days from hours.
        var hours = Earlier(Floor(points, Periods.HourSeconds), FirstStored(context.Hours, MetaKeys.FirstHour));
        var days = Earlier(Floor(hours, Periods.DaySeconds), FirstStored(context.Days, MetaKeys.FirstDay));
        return new KeptSince(points * 1000, hours * 1000, days * 1000);
    }

    /// <summary>The first slot on record of the days that are left.</summary>
    private long? FirstPoint()
    {
        var days = context.Points.All;
        if (days.Count == 0)
            return null;
        var from = (uint)Math.Max(context.Meta.GetNumber(MetaKeys.KeptSince) ?? 0, context.Points.StartOf(days[0].Period));
        Span<byte> key = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(key, from);
        using var slots = context.Database.Iterate(context.Slots.Family);
        return slots.Seek(key) ? BinaryPrimitives.ReadUInt32BigEndian(slots.Key) : from;
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
