namespace InfluencerAnalytics.Influencers;

/// <summary>
/// The grid of slots of one interval, on UTC. A slot is the start of an interval in epoch milliseconds.
/// Immutable and safe for concurrent use.
/// </summary>
public readonly record struct SlotGrid
{
    /// <summary>The end of the year 9999 in epoch milliseconds, where <see cref="DateTimeOffset"/> ends. A later time is a mistake, often of units.</summary>
    public const long MaxUnixMs = 253_402_300_799_999;

    /// <summary>By how much the clocks of two machines may differ, unless an interval is so short that a quarter of it is less. Beyond it a label of a slot may be wrong.</summary>
    public static readonly TimeSpan MaxClockDifference = TimeSpan.FromSeconds(2);

    /// <summary>The interval that is assumed until the first seeding was sealed.</summary>
    public static readonly TimeSpan IntervalBeforeSeeding = TimeSpan.FromMinutes(1);

    /// <param name="interval">Whole seconds, from 1 s to 1 h.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is not in that range.</exception>
    public SlotGrid(TimeSpan interval)
    {
        if (!IsValidInterval(interval))
            throw new ArgumentOutOfRangeException(nameof(interval), interval, "An interval is a whole number of seconds from 1 s to 1 h.");
        IntervalMs = (long)interval.TotalMilliseconds;
    }

    public long IntervalMs { get; }

    public TimeSpan Interval => TimeSpan.FromMilliseconds(IntervalMs);

    /// <summary>How early a shard may come and still be for the slot about to begin: min(1 s, a tenth of the interval).</summary>
    public long EarlyMs => Math.Min(1000, IntervalMs / 10);

    public static bool IsValidInterval(TimeSpan interval) =>
        interval >= TimeSpan.FromSeconds(1) && interval <= TimeSpan.FromHours(1) && interval.Ticks % TimeSpan.TicksPerSecond == 0;

    /// <summary>By how much clocks may differ at this interval: <see cref="MaxClockDifference"/>, or a quarter of the interval when that is less.</summary>
    public static TimeSpan ClockDifferenceWithin(TimeSpan interval) => interval / 4 < MaxClockDifference ? interval / 4 : MaxClockDifference;

    /// <summary>The slot that contains a moment.</summary>
    public long SlotAt(long unixMs) => FloorToInterval(unixMs);

    /// <summary>Where in the interval a shard is due, in milliseconds: <c>shard / shards * interval</c>.</summary>
    public long PhaseOf(int shard, int shards) => (long)((Int128)IntervalMs * shard / shards);

    /// <summary>The slot that a shard of this phase is for when it is received now.</summary>
    public long SlotFor(long nowMs, long phaseMs) => FloorToInterval(nowMs - phaseMs + EarlyMs);

    /// <summary>When a shard of this phase is due for a slot.</summary>
    public static long DueAt(long slot, long phaseMs) => slot + phaseMs;

    /// <summary>The first due time of this phase that is later than now and not for a slot that a shard received now would be for.</summary>
    public long NextDue(long nowMs, long phaseMs) => DueAt(SlotFor(nowMs, phaseMs) + IntervalMs, phaseMs);

    /// <summary>When a slot's coverage is final: two intervals after its start, since the last phase works until then.</summary>
    public long FinalAt(long slot) => slot + 2 * IntervalMs;

    private long FloorToInterval(long ms) => ms - (ms % IntervalMs + IntervalMs) % IntervalMs;
}
