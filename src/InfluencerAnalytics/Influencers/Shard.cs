namespace InfluencerAnalytics.Influencers;

/// <summary>A slice of the roster that travels as one message and is never re-sent, only re-armed.</summary>
/// <param name="Generation">The number of the seeding that sent it.</param>
/// <param name="Number">0 to <paramref name="Count"/> - 1; with <paramref name="Count"/> it decides the phase.</param>
/// <param name="Count">How many shards share the interval.</param>
/// <param name="Interval">The resolution wanted. It travels with the shard so that no two roles can disagree.</param>
/// <param name="Ids">The influencers, at least one.</param>
public sealed record Shard(long Generation, int Number, int Count, TimeSpan Interval, IReadOnlyList<long> Ids)
{
    /// <summary>What came after the count has no place in it: a hash of its first id spreads it over the interval.</summary>
    public const int AddedShardCount = 4096;

    public SlotGrid Grid => new(Interval);

    public long PhaseMs => Grid.PhaseOf(Number, Count);

    /// <summary>Whether its influencers were added after a seeding, or may have been: a seeding of just as many shards looks alike.</summary>
    public bool IsOfAdded => Count == AddedShardCount;

    /// <summary>A shard for influencers that the seeding's count left out, or that were added after it.</summary>
    public static Shard ForAddedIds(long generation, TimeSpan interval, IReadOnlyList<long> ids) =>
        new(generation, PhaseNumber(ids[0]), AddedShardCount, interval, ids);

    // Fibonacci hashing (Knuth, TAOCP vol. 3, 6.4): consecutive ids land far apart. The top 12 bits give 0 to 4095.
    internal static int PhaseNumber(long id) => (int)(unchecked((ulong)id * 11400714819323198485UL) >> 52);
}
