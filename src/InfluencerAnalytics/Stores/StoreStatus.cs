namespace InfluencerAnalytics.Stores;

/// <summary>How the store is.</summary>
/// <param name="Kind">For people: "embedded", "timescaledb", "postgresql".</param>
/// <param name="Ready">Whether it reads and writes.</param>
/// <param name="Detail">When it is not ready, why and what to do; when it is, what people should know, such as a damaged file or a provider that suddenly knows nobody; else null.</param>
/// <param name="UsedBytes">What its data takes on the disk; null when it cannot tell.</param>
/// <param name="FreeBytes">What the disk still has; null when it cannot tell.</param>
/// <param name="BytesPerPoint">Measured over what is stored; null before there is enough of it.</param>
public sealed record StoreStatus(string Kind, bool Ready, string? Detail, long? UsedBytes, long? FreeBytes, double? BytesPerPoint)
{
    /// <summary>About how many data points are kept; null when it cannot tell.</summary>
    public long? Points { get; init; }
}
