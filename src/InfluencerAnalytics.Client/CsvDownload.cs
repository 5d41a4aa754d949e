namespace InfluencerAnalytics.Client;

/// <summary>Rows of CSV (RFC 4180, the first one names the columns) as they come. Dispose it to end the download.</summary>
public sealed class CsvDownload : IAsyncDisposable
{
    internal CsvDownload(Stream rows, string? availableFrom) => (Rows, AvailableFrom) = (rows, availableFrom);

    /// <summary>Throws an <see cref="IOException"/> when the answer breaks off: what was read until then is not all.</summary>
    public Stream Rows { get; }

    /// <summary>From when on the resolution is kept, ISO 8601; null while nothing is stored.</summary>
    public string? AvailableFrom { get; }

    public ValueTask DisposeAsync() => Rows.DisposeAsync();
}
