using System.Globalization;
using InfluencerAnalytics.Stores;
using Mockstagram.Simulator.Parsing;

namespace InfluencerAnalytics.Host.Status;

/// <summary>What the disk will have to hold, said at the start, before any rate is measured.</summary>
internal static class DiskForecast
{
    /// <summary>About what a reading takes in embedded storage, compressed.</summary>
    private const double AssumedBytesPerPoint = 8;

    /// <summary>One line for people.</summary>
    /// <param name="influencers">On the roster.</param>
    /// <param name="interval">How often each is read.</param>
    /// <param name="retention">For how long readings are kept; null for ever.</param>
    /// <param name="store">Its free space, and its bytes a reading once there is a measure.</param>
    public static string Describe(long influencers, TimeSpan interval, TimeSpan? retention, StoreStatus store)
    {
        var bytesPerPoint = store.BytesPerPoint ?? AssumedBytesPerPoint;
        var perDay = influencers * (TimeSpan.FromDays(1) / interval) * bytesPerPoint;
        var measure = string.Create(
            CultureInfo.InvariantCulture, $"at {bytesPerPoint:0.#} bytes a reading{(store.BytesPerPoint is null ? ", an estimate until it is measured" : "")}");
        // Whole days go at once, so that one more than was asked for is there at times.
        var kept = retention is { } time ? $", at most {Amounts.Bytes(perDay * (Math.Ceiling(time.TotalDays) + 1))} of them kept" : ", kept for ever";
        return $"Disk: {Amounts.Count(influencers)} influencers every {DurationText.Format(interval)} make about {Amounts.Bytes(perDay)} of readings a day ({measure}){kept}; "
            + $"{(store.FreeBytes is { } free ? Amounts.Bytes(free) : "an unknown amount")} free.";
    }
}
