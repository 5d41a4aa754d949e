using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Pipeline.Seeding;

/// <summary>
/// Decides whether the roster is to be seeded. The first time, a request and a changed agreement are answered at once; age and piled-up small shards
/// at most once in ten intervals, by the store's clock and by this machine's monotonic one, so that no clock that steps or disagrees makes a storm
/// of generations. Not safe for concurrent use.
/// </summary>
internal sealed class SeedingNeed(SeedingOptions options, TimeProvider timeProvider)
{
    private long? _generation;
    private long? _sealedSeenAt;

    /// <param name="state">Read just now.</param>
    /// <param name="roster">Read just now.</param>
    /// <param name="agreed">How to seed.</param>
    /// <returns>Why to seed, as the end of a sentence; null when there is no need.</returns>
    public string? ReasonFor(GenerationState state, RosterCounts roster, (TimeSpan Interval, int ShardSize) agreed)
    {
        Watch(state);
        if (state.Sealed is not { } last)
            return "nothing was sealed yet";
        if (state.IsRequested)
            return "it was asked for";
        if (last.Interval != agreed.Interval)
            return $"the interval is {agreed.Interval.TotalSeconds} s instead of {last.Interval.TotalSeconds} s now";
        if (last.ShardSize != agreed.ShardSize)
            return $"a shard holds {agreed.ShardSize} ids instead of {last.ShardSize} now";
        if (!IsRested(state, last.Interval * SeedingOptions.RestIntervals))
            return null;
        if (state.SinceSealed >= options.ReseedAfter)
            return $"the last seeding is {state.SinceSealed.TotalHours:F0} h old";
        var needed = Math.Max(1, (roster.Tracked + roster.Gone + last.ShardSize - 1) / last.ShardSize);
        var held = last.Shards + state.AddedShards;
        return held * 5 > needed * 6 ? $"there are {held} shards where {needed} would do" : null;
    }

    private void Watch(GenerationState state)
    {
        var generation = state.Sealed?.Generation ?? 0;
        if (generation == _generation)
            return;
        // Of the one found at start only the store knows since when.
        _sealedSeenAt = _generation is null ? null : timeProvider.GetTimestamp();
        _generation = generation;
    }

    private bool IsRested(GenerationState state, TimeSpan rest) =>
        state.SinceSealed >= rest && (_sealedSeenAt is not { } seenAt || timeProvider.GetElapsedTime(seenAt) >= rest);
}
