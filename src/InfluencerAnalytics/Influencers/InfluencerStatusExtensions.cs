namespace InfluencerAnalytics.Influencers;

/// <summary>What is asked of a status.</summary>
public static class InfluencerStatusExtensions
{
    /// <summary>Whether it is on the roster: tracked, or gone and still tried now and then.</summary>
    public static bool IsOnRoster(this InfluencerStatus status) => status is InfluencerStatus.Tracked or InfluencerStatus.Gone;
}
