namespace InfluencerAnalytics.Influencers;

/// <summary>A slice of the roster whose influencers are judged once in a period, a day as a rule. It travels as one message that is never re-sent, only re-armed.</summary>
/// <param name="Generation">The number of the sending that it is of.</param>
/// <param name="Number">0 to <paramref name="Count"/> - 1; with <paramref name="Count"/> it decides when in the period it is due.</param>
/// <param name="Count">How many shards share the period.</param>
/// <param name="Period">Whole seconds from 1 min to 7 days. It travels with the shard so that no two roles can disagree.</param>
/// <param name="Ids">The influencers, at least one.</param>
public sealed record SuspicionShard(long Generation, int Number, int Count, TimeSpan Period, IReadOnlyList<long> Ids)
{
    public static readonly TimeSpan ShortestPeriod = TimeSpan.FromMinutes(1);

    public static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(7);

    // Queues that count in whole seconds bring a shard up to one early.
    private const long EarlyMs = 2000;

    public long PeriodMs => (long)Period.TotalMilliseconds;

    /// <summary>
    /// Where in the period it is due, in milliseconds: <c>number / count * period</c>, so that the load on the provider is flat, but for a last twenty-fourth in which none is: a verdict that
    /// came behind the period's end would be taken for the next one's, and its influencer be judged every second day.
    /// </summary>
    public long PhaseMs => (long)((Int128)PeriodMs * 23 * Number / (24L * Count));

    public static bool IsValidPeriod(TimeSpan period) =>
        period >= ShortestPeriod && period <= LongestPeriod && period.Ticks % TimeSpan.TicksPerSecond == 0;

    /// <summary>A shard for influencers that were added after the roster was counted: a hash of the first id spreads it over the period.</summary>
    public static SuspicionShard ForAddedIds(long generation, TimeSpan period, IReadOnlyList<long> ids) =>
        new(generation, Shard.PhaseNumber(ids[0]), Shard.AddedShardCount, period, ids);

    /// <summary>The last due time that is not later than now, or no more than a little: the one that a shard received now is for.</summary>
    public long DueAt(long nowMs) => PeriodOf(nowMs - PhaseMs + EarlyMs) + PhaseMs;

    /// <summary>The start of the period (on UTC) in which it is due at a moment: a verdict since then counts for that period.</summary>
    public long StartOf(long dueMs) => PeriodOf(dueMs);

    private long PeriodOf(long ms) => ms - (ms % PeriodMs + PeriodMs) % PeriodMs;
}
