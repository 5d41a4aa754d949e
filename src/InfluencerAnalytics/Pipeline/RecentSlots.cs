using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.Pipeline;

/// <summary>The roster and what became of its last slots, at one moment.</summary>
/// <param name="Sealed">The seeding in force; null before the first.</param>
/// <param name="Counts">Of the roster now.</param>
/// <param name="Slots">Ascending; none before the first seeding.</param>
internal sealed record RecentSlots(SealedGeneration? Sealed, RosterCounts Counts, IReadOnlyList<RecentSlot> Slots)
{
    /// <summary>How long ago that was, by the store's clock; null before the first.</summary>
    public TimeSpan? SinceSealed { get; init; }
}

/// <param name="IsFinal">Whether nothing can come in for it any more.</param>
internal sealed record RecentSlot(SlotSummary Summary, bool IsFinal)
{
    /// <summary>By name of the reason. Of a final slot those are there too of whom nobody said anything; until then they are simply still to come.</summary>
    public IReadOnlyDictionary<string, long> Missed { get; } = ByName(Summary, IsFinal);

    private static Dictionary<string, long> ByName(SlotSummary summary, bool isFinal)
    {
        var named = summary.Missed.ToDictionary(pair => MissReasons.NameOf(pair.Key), pair => pair.Value);
        if (isFinal && summary.Unreported > 0)
            named[SlotSummary.UnreportedName] = summary.Unreported;
        return named;
    }
}
