namespace InfluencerAnalytics.Stores.Ranks;

/// <summary>Keeps the rank of every influencer on each day. Safe for concurrent use.</summary>
public interface IDayRankStore
{
    /// <summary>
    /// The ranks of one influencer on UTC days that start in [start, end], ascending. A day is left out of which no ranks are known: it is not over yet, is being ranked, was over before
    /// ranks were kept, or was imported; or there is no reading of the influencer. The background upkeep ranks a day after its roll-ups are made, and again when late readings have
    /// since changed the last follower counts of more than 1 in <see cref="DayRanking.AgainAboveOneIn"/>. Until then, and for good where they are fewer, a day is left out as well for an influencer
    /// whose own count they change, from the moment that they are stored, and the ranks of the others are as they were made.
    /// </summary>
    ValueTask<IReadOnlyList<DayRank>> ReadDayRanksAsync(long influencerId, long startMs, long endMs, CancellationToken cancellationToken);
}
