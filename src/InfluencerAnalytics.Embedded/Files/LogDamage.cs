using System.Globalization;

namespace InfluencerAnalytics.Embedded.Files;

/// <summary>A log of which something is lost that a sync had confirmed. Its text is a clause for people.</summary>
/// <param name="Path">Of the log.</param>
/// <param name="FileBytes">What is there of it; null when it is missing.</param>
/// <param name="LostBytes">What cannot be read, or is not there; null when nobody knows.</param>
/// <param name="LostChanges">How many rows written or deleted are in that; null when nobody knows.</param>
internal sealed record LogDamage(string Path, long? FileBytes, long? LostBytes, long? LostChanges)
{
    /// <summary>What RocksDB said of it, where that is all there is.</summary>
    public string? Reason { get; init; }

    public override string ToString()
    {
        if (Reason is not null)
            return $"{Path}: {Reason}";
        var changes = LostChanges is { } lost ? string.Create(CultureInfo.InvariantCulture, $"{lost:#,0} changes (rows written or deleted) would be lost") : "how many changes would be lost is not known";
        return FileBytes is null
            ? string.Create(CultureInfo.InvariantCulture, $"{Path} is missing{(LostBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $" with {bytes:#,0} bytes") : "")}, and {changes}")
            : string.Create(CultureInfo.InvariantCulture, $"of {Path} ({FileBytes:#,0} bytes) {LostBytes ?? 0:#,0} bytes cannot be read or are not there, and {changes}");
    }
}
