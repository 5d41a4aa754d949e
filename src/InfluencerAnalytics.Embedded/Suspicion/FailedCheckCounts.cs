using System.Globalization;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.Embedded.Suspicion;

/// <summary>How many checks failed on each day. Safe for concurrent use.</summary>
internal sealed class FailedCheckCounts(StoreContext context)
{
    private readonly SideWrites _writes = new(context.Database);
    private readonly Lock _lock = new();

    public void Add(long day, int count)
    {
        lock (_lock)
            _writes.Write(batch => context.Meta.Put(batch, NameOf(day), (context.Meta.GetNumber(NameOf(day)) ?? 0) + count));
    }

    public List<FailedChecks> Read(long fromDay, long toDay)
    {
        var days = new List<FailedChecks>();
        for (var day = FailedChecks.DayOf(Math.Max(0, fromDay)); day <= toDay; day += FailedChecks.DayMs)
        {
            if (context.Meta.GetNumber(NameOf(day)) is { } failed)
                days.Add(new FailedChecks(day, failed));
        }
        return days;
    }

    private static string NameOf(long day) => string.Create(CultureInfo.InvariantCulture, $"{MetaKeys.FailedChecksPrefix}{day / FailedChecks.DayMs}");
}
