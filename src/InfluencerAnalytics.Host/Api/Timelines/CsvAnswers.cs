using System.Diagnostics.CodeAnalysis;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InfluencerAnalytics.Host.Api.Timelines;

/// <summary>Makes CSV answers.</summary>
internal static class CsvAnswers
{
    /// <summary>Whether it is left out, csv or json.</summary>
    public static bool TryFormat(string? format, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        problem = string.IsNullOrEmpty(format) || format is "csv" or "json"
            ? null : Problems.BadRequest("Bad format", $"'{Parameters.Shown(format)}' is not a format here. It is json or csv.");
        return problem is null;
    }

    /// <summary>What a range is answered with that holds more rows than JSON may have.</summary>
    public static ProblemHttpResult TooLong(int maxPoints, Resolution resolution) => Problems.BadRequest("Range too long",
        $"The range holds more than {maxPoints} points at {Resolutions.NameOf(resolution)}. Take a shorter one, a coarser resolution, auto, or CSV (format=csv), which has no limit.");

    /// <param name="id">One influencer, or null for all.</param>
    /// <param name="availableFrom">From when on the resolution is kept, for the header; null while nothing is stored.</param>
    public static IResult Of(CsvSource source, long? id, TimeRange range, Resolution resolution, long? availableFrom, CancellationToken cancellationToken)
    {
        var fileName = $"{(id is { } one ? $"influencer-{one}" : "influencers")}-{Resolutions.NameOf(resolution)}.csv";
        if (id is { } ranked && resolution == Resolution.Day)
            return new CsvResult<RankedDay>(CsvSource.RankedHeader, fileName, availableFrom, source.RankedDaysAsync(ranked, range, cancellationToken), CsvSource.Write, isTagged: true);
        return resolution == Resolution.Raw
            ? new CsvResult<DataPoint>(CsvSource.RawHeader, fileName, availableFrom, source.PointsAsync(id, range, cancellationToken), CsvSource.Write, isTagged: id is not null)
            : new CsvResult<Rollup>(CsvSource.RollupHeader, fileName, availableFrom, source.RollupsAsync(id, range, resolution, cancellationToken), CsvSource.Write, isTagged: id is not null);
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
