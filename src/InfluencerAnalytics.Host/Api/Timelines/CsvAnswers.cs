using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Host.Api.Timelines;

/// <summary>Makes CSV answers.</summary>
internal static class CsvAnswers
{
    /// <param name="id">One influencer, or null for all.</param>
    /// <param name="availableFrom">From when on the resolution is kept, for the header; null while nothing is stored.</param>
    public static IResult Of(CsvSource source, long? id, TimeRange range, Resolution resolution, long? availableFrom, CancellationToken cancellationToken)
    {
        var fileName = $"{(id is { } one ? $"influencer-{one}" : "influencers")}-{Resolutions.NameOf(resolution)}.csv";
        return resolution == Resolution.Raw
            ? new CsvResult<DataPoint>(CsvSource.RawHeader, fileName, availableFrom, source.PointsAsync(id, range, cancellationToken), CsvSource.Write)
            : new CsvResult<Rollup>(CsvSource.RollupHeader, fileName, availableFrom, source.RollupsAsync(id, range, resolution, cancellationToken), CsvSource.Write);
    }

    /// <summary>Whether the client wants CSV: <c>format=csv</c>, or an Accept header that ranks text/csv above JSON.</summary>
    public static bool IsWanted(HttpContext context, string? format)
    {
        if (!string.IsNullOrEmpty(format))
            return format == "csv";
        var accept = context.Request.Headers.Accept.ToString();
        if (!accept.Contains("text/csv", StringComparison.OrdinalIgnoreCase))
            return false;
        double csv = 0, json = 0;
        foreach (var type in context.Request.GetTypedHeaders().Accept)
        {
            if (type.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase))
                csv = type.Quality ?? 1;
            else if (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
                json = type.Quality ?? 1;
        }
        return csv > json;
    }
}
