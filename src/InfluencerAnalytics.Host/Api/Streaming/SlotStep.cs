using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Host.Api.Streaming;

/// <summary>From one latest reading of an influencer to the next that the leaderboard saw.</summary>
/// <param name="From">The slot of the one, in epoch milliseconds.</param>
/// <param name="To">The slot of the other.</param>
internal readonly record struct SlotStep(long InfluencerId, long From, long To)
{
    /// <summary>Those of influencers that somebody watches, and of whom there was a reading before.</summary>
    public static IReadOnlyList<SlotStep> Of(IReadOnlyList<LatestPoint> changes, IReadOnlyDictionary<long, WatchedInfluencer> watched)
    {
        var steps = new List<SlotStep>();
        // One influencer can come more than once.
        var newest = new Dictionary<long, long>();
        for (var i = 0; i < changes.Count; i++)
        {
            var (id, slot) = (changes[i].InfluencerId, changes[i].Slot);
            if (!watched.TryGetValue(id, out var influencer))
                continue;
            var from = newest.GetValueOrDefault(id, influencer.Slot);
            if (from > 0 && slot > from)
                steps.Add(new SlotStep(id, from, slot));
            newest[id] = Math.Max(from, slot);
        }
        return steps;
    }
}
