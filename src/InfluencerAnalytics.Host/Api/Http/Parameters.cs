using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using InfluencerAnalytics.Influencers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>Reads ids, times and numbers from paths and queries. What is wrong with one becomes the 400 that says so.</summary>
internal static class Parameters
{
    private const decimal MaxEpochSeconds = 253_402_300_799; // The end of the year 9999, the last that ISO 8601 writes with four digits.

    private static readonly TimeSpan DefaultRange = TimeSpan.FromHours(24);

    private static readonly string[] IsoFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd",
    ];

    public static bool TryId(string text, out long id, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        problem = null;
        if (InfluencerIds.TryParse(text, out id))
            return true;
        problem = Problems.BadRequest("Bad influencer id",
            $"'{Shown(text)}' is not an influencer id: {InfluencerIds.Form}, without signs.");
        return false;
    }

    /// <summary>A range whose left-out ends mean the last 24 hours, up to now, or the 24 hours before the end.</summary>
    public static bool TryRange(
        string? start, string? end, string startName, string endName, TimeProvider timeProvider, out TimeRange range,
        [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        range = default;
        var nowMs = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        var endMs = nowMs;
        if (!string.IsNullOrEmpty(end) && !TryTime(end, endName, nowMs, roundUp: false, out endMs, out problem))
            return false;
        var startMs = Math.Max(0, endMs - (long)DefaultRange.TotalMilliseconds);
        if (!string.IsNullOrEmpty(start) && !TryTime(start, startName, nowMs, roundUp: true, out startMs, out problem))
            return false;
        if (startMs > endMs)
        {
            problem = Problems.BadRequest("Bad range", string.IsNullOrEmpty(end)
                ? $"{startName} ({UtcText.Of(startMs)}) lies in the future. Give an {endName} after it, or an earlier {startName}."
                : $"{startName} ({UtcText.Of(startMs)}) is later than {endName} ({UtcText.Of(endMs)}). Swap them.");
            return false;
        }
        range = new TimeRange(startMs, endMs);
        problem = null;
        return true;
    }

    public static bool TryInt(
        string? text, string name, int whenLeftOut, int min, int max, out int value, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        problem = null;
        value = whenLeftOut;
        if (string.IsNullOrEmpty(text))
            return true;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max)
            return true;
        problem = Problems.BadRequest($"Bad {name}", $"'{Shown(text)}' is not a {name}: a whole number from {min} to {max}.");
        return false;
    }

    /// <summary>What was sent, short enough to send back.</summary>
    public static string Shown(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 57), "...");

    // Slots are whole milliseconds, so rounding inwards keeps "both ends included" exact for any fraction.
    private static bool TryTime(string text, string name, long nowMs, bool roundUp, out long unixMs, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        problem = null;
        if (TrySpan(text, out var spanMs) && spanMs <= nowMs)
        {
            unixMs = nowMs - spanMs;
            return true;
        }
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
        {
            unixMs = 0;
            if (seconds is >= 0 and <= MaxEpochSeconds)
            {
                unixMs = (long)(roundUp ? Math.Ceiling(seconds * 1000) : Math.Floor(seconds * 1000));
                return true;
            }
            problem = Problems.BadRequest($"Bad {name}", seconds > MaxEpochSeconds
                ? $"{name} '{Shown(text)}' lies after the year 9999. It counts seconds; are these milliseconds?"
                : $"{name} '{Shown(text)}' is negative. Epoch seconds count from 1970.");
            return false;
        }
        // A plus sign that was not escaped arrives as a space.
        if (DateTimeOffset.TryParseExact(text.Replace(' ', '+'), IsoFormats, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time >= DateTimeOffset.UnixEpoch)
        {
            unixMs = time.ToUnixTimeMilliseconds();
            if (roundUp && time.Ticks % TimeSpan.TicksPerMillisecond != 0)
                unixMs++;
            return true;
        }
        unixMs = 0;
        problem = Problems.BadRequest($"Bad {name}",
            $"{name} '{Shown(text)}' is not a time. Write ISO 8601 (2026-11-23T15:04:00Z), epoch seconds (1795446240) or a span before now (-24h; s, m, h or d), from 1970 on.");
        return false;
    }

    // A minus, a whole number and its unit: -90m is an hour and a half before now.
    private static bool TrySpan(string text, out long spanMs)
    {
        spanMs = 0;
        if (text.Length < 3 || text[0] != '-' || UnitMs(text[^1]) is not { } unit || !int.TryParse(text.AsSpan(1, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return false;
        spanMs = count * unit;
        return true;
    }

    private static long? UnitMs(char unit) => unit switch
    {
        's' => 1000,
        'm' => 60_000,
        'h' => 3_600_000,
        'd' => 86_400_000,
        _ => null,
    };
}
