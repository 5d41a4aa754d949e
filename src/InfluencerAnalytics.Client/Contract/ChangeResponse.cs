using System.Text.Json.Serialization;

namespace InfluencerAnalytics.Client.Contract;

/// <summary>By how many followers an influencer changed over a window; null when there is no reading from then.</summary>
public sealed record ChangeResponse(
    [property: JsonPropertyName("1h")] long? Hour,
    [property: JsonPropertyName("24h")] long? Day,
    [property: JsonPropertyName("7d")] long? Week)
{
    public static ChangeResponse None { get; } = new(null, null, null);
}
