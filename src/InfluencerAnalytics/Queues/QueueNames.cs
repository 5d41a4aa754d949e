namespace InfluencerAnalytics.Queues;

/// <summary>The queues of the system. Each has its dead letters.</summary>
public static class QueueNames
{
    /// <summary>Shards of the roster, retries of a slot, and ids added from outside.</summary>
    public const string InfluencerIdStore = "influencer_id_store";

    /// <summary>Data points on their way to the store.</summary>
    public const string InfluencerDataPoints = "influencer_data_points";

    /// <summary>Shards of the roster whose influencers the provider judges once a day.</summary>
    public const string SuspicionChecks = "influencer_suspicion_checks";

    public static IReadOnlyList<string> All { get; } = [InfluencerIdStore, InfluencerDataPoints, SuspicionChecks];
}
