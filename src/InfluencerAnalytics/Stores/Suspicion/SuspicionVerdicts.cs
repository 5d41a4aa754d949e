using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Stores.Suspicion;

/// <summary>What every store does with verdicts before it writes them.</summary>
public static class SuspicionVerdicts
{
    /// <summary>Why some of them can never be stored, a sentence; null when all can.</summary>
    public static string? WhyRefused(IReadOnlyList<SuspicionVerdict> verdicts)
    {
        foreach (var verdict in verdicts)
        {
            if (!CanBeStored(verdict))
                return $"A verdict on influencer {verdict.InfluencerId} at {verdict.CheckedAt} on {verdict.FollowerCount} and {verdict.FollowingCount} is out of range.";
        }
        return null;
    }

    /// <summary>The newest of each influencer, by id.</summary>
    public static IReadOnlyList<SuspicionVerdict> NewestOfEach(IReadOnlyList<SuspicionVerdict> verdicts)
    {
        var newest = new SortedDictionary<long, SuspicionVerdict>();
        foreach (var verdict in verdicts)
        {
            if (!newest.TryGetValue(verdict.InfluencerId, out var other) || verdict.CheckedAt > other.CheckedAt)
                newest[verdict.InfluencerId] = verdict;
        }
        return [.. newest.Values];
    }

    private static bool CanBeStored(in SuspicionVerdict verdict) =>
        InfluencerIds.IsValid(verdict.InfluencerId) && verdict.CheckedAt is > 0 and <= SlotGrid.MaxUnixMs && verdict.FollowerCount >= 0 && verdict.FollowingCount >= 0;
}
