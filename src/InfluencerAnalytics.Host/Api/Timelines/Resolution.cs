using System.Diagnostics.CodeAnalysis;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Stores.Points;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InfluencerAnalytics.Host.Api.Timelines;

/// <summary>How far apart the rows of a timeline are.</summary>
internal enum Resolution
{
    /// <summary>The finest that stays within <see cref="TimelineReader.MaxAutoPoints"/>.</summary>
    Auto,

    /// <summary>Each data point.</summary>
    Raw,

    Minute,

    FiveMinutes,

    Hour,

    Day,
}

internal static class Resolutions
{
    private static readonly string[] Names = ["auto", "raw", "1m", "5m", "1h", "1d"];

    public static string NameOf(Resolution resolution) => Names[(int)resolution];

    /// <summary>Milliseconds from row to row; 0 for raw and auto.</summary>
    public static long StepMs(Resolution resolution) => resolution switch
    {
        Resolution.Minute => 60_000,
        Resolution.FiveMinutes => 300_000,
        Resolution.Hour => 3_600_000,
        Resolution.Day => 86_400_000,
        _ => 0,
    };

    /// <summary>Start of the row that contains a moment.</summary>
    public static long Floor(Resolution resolution, long unixMs) =>
        StepMs(resolution) is > 0 and var step ? unixMs - unixMs % step : unixMs;

    /// <summary>The stored roll-up that it is read from; null when it is made from data points.</summary>
    public static RollupPeriod? PeriodOf(Resolution resolution) => resolution switch
    {
        Resolution.Hour => RollupPeriod.Hour,
        Resolution.Day => RollupPeriod.Day,
        _ => null,
    };

    /// <param name="text">As it stands in the query; null or empty for <paramref name="whenLeftOut"/>.</param>
    public static bool TryParse(
        string? text, Resolution whenLeftOut, bool allowAuto, out Resolution resolution, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        problem = null;
        resolution = whenLeftOut;
        if (string.IsNullOrEmpty(text))
            return true;
        var index = Array.IndexOf(Names, text);
        if (index > 0 || (index == 0 && allowAuto))
        {
            resolution = (Resolution)index;
            return true;
        }
        problem = Problems.BadRequest("Bad resolution",
            $"'{Parameters.Shown(text)}' is not a resolution here. It is one of {string.Join(", ", allowAuto ? Names : Names[1..])}.");
        return false;
    }
}
