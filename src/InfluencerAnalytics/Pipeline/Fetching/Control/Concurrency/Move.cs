namespace InfluencerAnalytics.Pipeline.Fetching.Control.Concurrency;

/// <summary>What another limit is tried for.</summary>
internal enum Move
{
    None,
    Up,
    Down,

    /// <summary>Nothing good comes at all: down until something does.</summary>
    Rescue,
}
