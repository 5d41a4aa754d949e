using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Stores.Slots;

/// <summary>What became of one slot. Of a final one, covered + missed + unreported = tracked.</summary>
/// <param name="Slot">In epoch milliseconds.</param>
/// <param name="Interval">The resolution at that time.</param>
/// <param name="Tracked">Influencers tracked when it began, less those removed before it was final without a data point.</param>
/// <param name="Stored">Data points stored for it, those of others than the tracked included.</param>
/// <param name="FollowerSum">Over the stored points.</param>
/// <param name="FollowingSum">Over the stored points.</param>
/// <param name="Missed">Of the tracked ones without a data point, those reported as missed, each once by its last reason.</param>
public sealed record SlotSummary(
    long Slot,
    TimeSpan Interval,
    long Tracked,
    long Stored,
    Int128 FollowerSum,
    Int128 FollowingSum,
    IReadOnlyDictionary<MissReason, long> Missed)
{
    /// <summary>The name under which <see cref="Unreported"/> stands beside the reasons of misses.</summary>
    public const string UnreportedName = "unreported";

    /// <summary>Of the tracked ones, those that have a data point stored for it.</summary>
    public long Covered { get; init; } = Stored;

    /// <summary>Data points stored of influencers that it does not count: added in the middle, removed, gone, foreign.</summary>
    public long Others => Stored - Covered;

    /// <summary>Influencers that were gone when it began.</summary>
    public long Gone { get; init; }

    /// <summary>Tracked ones of whom nobody said anything. Once the slot is final: whoever had to had died.</summary>
    public long Unreported => Math.Max(0, Tracked - Covered - Missed.Values.Sum());

    /// <summary>Covered / tracked; null when nothing was tracked.</summary>
    public double? Coverage => Tracked == 0 ? null : (double)Covered / Tracked;
}
