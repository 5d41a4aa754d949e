namespace InfluencerAnalytics.Influencers;

/// <summary>Where an influencer stands in the roster.</summary>
public enum InfluencerStatus : byte
{
    /// <summary>Not in the roster and never was; may still have history from outside messages.</summary>
    Unknown = 0,

    /// <summary>Fetched once per interval.</summary>
    Tracked = 1,

    /// <summary>The provider said "not found" in several slots in a row; tried less and less often, not counted in coverage.</summary>
    Gone = 2,

    /// <summary>No longer tracked; the history stays.</summary>
    Removed = 3,
}
