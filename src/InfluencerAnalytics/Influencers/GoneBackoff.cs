namespace InfluencerAnalytics.Influencers;

/// <summary>When an influencer that the provider does not know is tried again: after 1, 2, 4, … intervals, at least once an hour.</summary>
public static class GoneBackoff
{
    private static readonly long MaxMs = (long)TimeSpan.FromHours(1).TotalMilliseconds;

    /// <param name="slot">The slot of the answer "not found", in epoch milliseconds.</param>
    /// <param name="interval">The resolution.</param>
    /// <param name="answers">How many such answers in a row, this one included: 1 or more.</param>
    /// <returns>The first slot in which it is tried again, in epoch milliseconds.</returns>
    public static long NextTry(long slot, TimeSpan interval, int answers)
    {
        var intervalMs = (long)interval.TotalMilliseconds;
        var doublings = Math.Clamp(answers - 1, 0, 40);
        var wait = doublings > 30 ? MaxMs : Math.Min(MaxMs, intervalMs << doublings);
        return slot + Math.Max(intervalMs, wait / intervalMs * intervalMs);
    }
}
