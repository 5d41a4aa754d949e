using System.Runtime.CompilerServices;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Host.Api.Timelines;

/// <summary>Reads one influencer's points of a range, however many they are, holding one page at a time.</summary>
internal static class PointPages
{
    /// <summary>A week of minutes: what is usually asked for is one page, and a page of the longest is half a megabyte.</summary>
    private const int PageSize = 10_000;

    /// <summary>The pages, ascending; the last one may be empty.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<DataPoint>> ReadPagesAsync(
        this IDataPointStore store, long id, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = range.Start;
        while (from <= range.End)
        {
            var page = await store.ReadPointsAsync(id, from, range.End, PageSize, cancellationToken);
            yield return page;
            if (page.Count < PageSize)
                yield break;
            from = page[^1].Slot + 1;
        }
    }
}
