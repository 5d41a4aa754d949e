using InfluencerAnalytics.Client.Contract;

namespace InfluencerAnalytics.Client;

/// <summary>An event of the stream: one of the four is there, and for an event of a later version none.</summary>
/// <param name="Id">To go on behind it; null before the first event that has one.</param>
public sealed record StreamEvent(string? Id)
{
    /// <summary>A reading: the latest one of an influencer when the stream begins, else a new one.</summary>
    public StreamPoint? Point { get; init; }

    /// <summary>Figures over all influencers, at the beginning and with each new slot; every 15 s while the server cannot follow its store, with their age and the reason.</summary>
    public SummaryResponse? Summary { get; init; }

    /// <summary>Readings are missing in the stream.</summary>
    public StreamGap? Gap { get; init; }

    /// <summary>Nothing else was to be said.</summary>
    public StreamHeartbeat? Heartbeat { get; init; }
}
