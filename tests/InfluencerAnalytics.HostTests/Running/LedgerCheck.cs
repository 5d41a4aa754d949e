using Mockstagram.Simulator.Ledger;

namespace InfluencerAnalytics.HostTests.Running;

/// <summary>Holds what the program stored against what the provider served.</summary>
internal static class LedgerCheck
{
    /// <summary>Every stored value was served, of that influencer and before its time of retrieval; no (influencer, slot) is there twice.</summary>
    public static void EveryStoredPointWasServed(IReadOnlyList<StoredPoint> stored, IReadOnlyList<LedgerEntry> ledger)
    {
        stored.Select(point => (point.Id, point.Slot)).Distinct().Count().ShouldBe(stored.Count, "a (influencer, slot) is stored twice");
        var served = ledger.ToLookup(entry => (entry.Pk, (long)entry.FollowerCount, (long)entry.FollowingCount), entry => entry.ServedAt);
        var strangers = stored.Where(point => !served[(point.Id, point.Followers, point.Following)].Any(at => at <= point.RetrievedAt)).ToList();
        strangers.ShouldBeEmpty("stored values that the provider never served");
    }

    /// <summary>
    /// What was served in quiet times is stored: a reading of a slot, served at least <paramref name="margin"/> before the next kill, has left the
    /// fetcher for the durable queue, and its (influencer, slot) must be in the store.
    /// </summary>
    public static void EveryQueuedReadingIsStored(
        IReadOnlyList<StoredPoint> stored,
        IReadOnlyList<LedgerEntry> ledger,
        IReadOnlyList<DateTimeOffset> kills,
        TimeSpan margin,
        long until)
    {
        var retrieved = stored.ToLookup(point => point.Id, point => point.RetrievedAt);
        var interval = stored.Select(point => point.Slot).Distinct().Order().Take(2).ToArray() is [var first, var second] ? second - first : 0;
        interval.ShouldBeGreaterThan(0);
        var lost = ledger
            .Where(entry => entry.ServedAt < until && !kills.Any(kill => IsJustBefore(entry.ServedAt, kill, margin)))
            // The same influencer may have been read twice for a slot, around a kill; one of the two is stored, within an interval of the other.
            .Where(entry => !retrieved[entry.Pk].Any(at => Math.Abs(at - entry.ServedAt) < interval))
            .ToList();
        lost.ShouldBeEmpty("readings that were queued and never stored");
    }

    private static bool IsJustBefore(long servedAt, DateTimeOffset kill, TimeSpan margin)
    {
        var before = kill.ToUnixTimeMilliseconds() - servedAt;
        return before >= -100 && before <= margin.TotalMilliseconds;
    }
}
