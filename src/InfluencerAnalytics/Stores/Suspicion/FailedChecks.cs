namespace InfluencerAnalytics.Stores.Suspicion;

/// <summary>How many influencers could not be judged on a day, however often it was tried.</summary>
/// <param name="Day">The start of the UTC day in epoch milliseconds.</param>
/// <param name="Failed">How many.</param>
public readonly record struct FailedChecks(long Day, long Failed)
{
    public const long DayMs = 86_400_000;

    /// <summary>The start of the UTC day that contains a moment, in epoch milliseconds.</summary>
    public static long DayOf(long unixMs) => unixMs - unixMs % DayMs;
}
