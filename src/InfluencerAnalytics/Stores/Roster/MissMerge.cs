using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Stores.Roster;

/// <summary>Puts the misses of several slots together, of each influencer the newest: how every store finds out who is failing, without a row that each reading would change.</summary>
public static class MissMerge
{
    /// <param name="slots">The newest first: of each the misses by id, at most <paramref name="limit"/> of them.</param>
    /// <param name="limit">What a slot's list was cut at.</param>
    /// <returns>By id, as far as every list reaches; and whether there may be more behind.</returns>
    public static (IReadOnlyList<(long InfluencerId, long Slot, MissReason Reason)> Misses, bool HasMore) Merge(
        IReadOnlyList<(long Slot, IReadOnlyList<Miss> Misses)> slots, int limit)
    {
        var upTo = long.MaxValue;
        foreach (var (_, misses) in slots)
        {
            if (misses.Count >= limit)
                upTo = Math.Min(upTo, misses[^1].InfluencerId);
        }
        var newest = new SortedDictionary<long, (long Slot, MissReason Reason)>();
        foreach (var (slot, misses) in slots)
        {
            foreach (var miss in misses)
            {
                if (miss.InfluencerId <= upTo)
                    newest.TryAdd(miss.InfluencerId, (slot, miss.Reason));
            }
        }
        return ([.. newest.Select(static pair => (pair.Key, pair.Value.Slot, pair.Value.Reason))], upTo != long.MaxValue);
    }
}
