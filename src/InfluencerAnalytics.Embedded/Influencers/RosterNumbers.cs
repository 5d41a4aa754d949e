namespace InfluencerAnalytics.Embedded.Influencers;

/// <summary>The counts and versions of the roster.</summary>
internal struct RosterNumbers
{
    public long Version;
    public long LastAddition;
    public long Tracked;
    public long Gone;

    /// <summary>Influencers that never were in the roster and have readings all the same.</summary>
    public long Foreign;
}
