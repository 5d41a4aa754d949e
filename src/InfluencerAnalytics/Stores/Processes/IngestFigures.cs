namespace InfluencerAnalytics.Stores.Processes;

/// <summary>What a process stores; zeros where it stores nothing.</summary>
public sealed record IngestFigures
{
    public static IngestFigures None { get; } = new();

    /// <summary>Data points a second, over the last 10 s.</summary>
    public double PerSecond { get; init; }

    /// <summary>From reading to store, for the newest write, in seconds; null before the first.</summary>
    public double? LagSeconds { get; init; }

    /// <summary>Data points stored since the process started, as the following counts.</summary>
    public long Stored { get; init; }

    public long Duplicates { get; init; }

    /// <summary>Older than the retention, dropped.</summary>
    public long Expired { get; init; }

    /// <summary>Of influencers that are not on the roster, beyond the most that the store keeps of them.</summary>
    public long Refused { get; init; }

    /// <summary>Messages, and parts of them, moved to the dead letters; by a process that fetches as well.</summary>
    public long DeadLettered { get; init; }
}
