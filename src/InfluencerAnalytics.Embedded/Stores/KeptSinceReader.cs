using System.Buffers.Binary;
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

    /// <summary>The first slot, not dropped, that something was stored for.</summary>
    private long? FirstPoint()
    {
        if (context.Points.All.Count == 0)
            return null;
        var keptSince = (uint)(context.Meta.GetNumber(MetaKeys.KeptSince) ?? 0);
        for (var from = FirstSlotFrom(keptSince); from is { } start; from = FirstSlotFrom((ulong)start + Periods.HourSeconds))
        {
            foreach (var slot in context.Slots.Read(start, (uint)Math.Min(uint.MaxValue, (ulong)start + Periods.HourSeconds - 1)))
            {
                if (slot.Stored > 0)
                    return slot.Slot / 1000;
            }
        }

        return null;
    }

    private uint? FirstSlotFrom(ulong second)
    {
        if (second > uint.MaxValue)
            return null;
        Span<byte> key = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(key, (uint)second);
        using var iterator = context.Database.Iterate(context.Slots.Family);
        return iterator.Seek(key) ? BinaryPrimitives.ReadUInt32BigEndian(iterator.Key) : null;
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
