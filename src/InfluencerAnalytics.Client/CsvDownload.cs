using System.Globalization;
using InfluencerAnalytics.Client.Contract;

namespace InfluencerAnalytics.Client;

/// <summary>Rows of CSV (RFC 4180, the first one names the columns) as they come. Dispose it to end the download.</summary>
public sealed class CsvDownload : IAsyncDisposable
{
    internal CsvDownload(Stream rows, HttpResponseMessage response)
    {
        Rows = rows;
        AvailableFrom = Header(response, ApiHeaders.AvailableFrom);
        AsOf = Header(response, ApiHeaders.AsOf);
        AgeSeconds = double.TryParse(Header(response, ApiHeaders.AgeSeconds), NumberStyles.Float, CultureInfo.InvariantCulture, out var age) ? age : null;
    }

    /// <summary>Throws an <see cref="IOException"/> when the answer breaks off: what was read until then is not all.</summary>
    public Stream Rows { get; }

    /// <summary>From when on the resolution is kept, ISO 8601; null while nothing is stored.</summary>
    public string? AvailableFrom { get; }

    /// <summary>Of the leaderboard and of movers: the newest slot in it, ISO 8601; null before the first.</summary>
    public string? AsOf { get; }

    /// <summary>Of the leaderboard and of movers: how many seconds ago the ranks were level with the store; null for others.</summary>
    public double? AgeSeconds { get; }

    public ValueTask DisposeAsync() => Rows.DisposeAsync();

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
