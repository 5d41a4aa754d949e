namespace InfluencerAnalytics.Suspicion;

/// <summary>A reason, and what it weighs: 0 to 1, both left out.</summary>
internal readonly record struct Evidence(double Weight, SuspicionReason Reason);
