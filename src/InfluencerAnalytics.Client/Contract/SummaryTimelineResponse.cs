using System.Text.Json.Serialization;

namespace InfluencerAnalytics.Client.Contract;

/// <summary>The averages over all influencers over time, in columns of equal length. A time of which nothing is on record has no row.</summary>
/// <param name="Resolution">What was read: raw (a row a slot), 1m, 5m, 1h or 1d, also when auto was asked for.</param>
/// <param name="Start">Of the range asked for, ISO 8601, included.</param>
/// <param name="End">Of the range asked for, ISO 8601, included.</param>
/// <param name="AvailableFrom">From when on this resolution is kept, ISO 8601; rows of 1h and 1d outlive the others. Null while nothing is stored.</param>
/// <param name="Time">Epoch milliseconds, ascending: where each row begins.</param>
/// <param name="AverageFollowerCount">The mean over all readings of the row: who was read 60 times in an hour counts 60 times. Null where there is none.</param>
/// <param name="AverageFollowingCount">As above.</param>
/// <param name="Reporting">How many of those that were tracked when the slot began have a reading, as in coverage; of a row of several slots the most in one of them. Readings of others count in the averages alone.</param>
/// <param name="Tracked">How many were tracked when the slot began; of several slots the most.</param>
public sealed record SummaryTimelineResponse(
    string Resolution,
    string Start,
    string End,
    string? AvailableFrom,
    IReadOnlyList<long> Time,
    IReadOnlyList<double?> AverageFollowerCount,
    IReadOnlyList<double?> AverageFollowingCount,
    IReadOnlyList<long> Reporting,
    IReadOnlyList<long> Tracked)
{
    /// <summary>The fewest, counted so, in a slot of the row. Left out for raw.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<long>? ReportingMin { get; init; }

    /// <summary>How many slots of the row are on record. Left out for raw.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Slots { get; init; }
}
