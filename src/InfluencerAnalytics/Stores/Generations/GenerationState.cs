using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Stores.Generations;

/// <summary>What is known of the generations at a moment.</summary>
/// <param name="LastAllocated">The greatest number given out; 0 when none.</param>
/// <param name="Sealed">The last sealed one, or null.</param>
public sealed record GenerationState(long LastAllocated, SealedGeneration? Sealed)
{
    /// <summary>The interval in force: that of the last sealed generation.</summary>
    public TimeSpan Interval => Sealed?.Interval ?? SlotGrid.IntervalBeforeSeeding;

    /// <summary>
    /// How long ago the last one was sealed, both moments by the store's clock, so that no other machine's clock matters. Never negative: a moment
    /// still to come was written by a clock that was ahead, and is brought to now. Zero when none is sealed.
    /// </summary>
    public TimeSpan SinceSealed { get; init; }

    /// <summary>The small shards sent for additions since the last one was sealed, as far as the additions tell.</summary>
    public long AddedShards { get; init; }

    /// <summary>A generation after this number was asked for; null when none ever was.</summary>
    public long? RequestedAfter { get; init; }

    /// <summary>Whether what was asked for is still to come.</summary>
    public bool IsRequested => RequestedAfter is { } after && after >= (Sealed?.Generation ?? 0);
}
