namespace InfluencerAnalytics.Stores.Generations;

/// <summary>The moment at which a generation was sealed.</summary>
/// <param name="Generation">Its number.</param>
/// <param name="SealedAt">In epoch milliseconds, by the store's clock.</param>
/// <param name="Interval">The resolution that its shards carry.</param>
public readonly record struct Sealing(long Generation, long SealedAt, TimeSpan Interval)
{
    /// <summary>The least number of sealings that a store keeps, whatever their age.</summary>
    public const int MinKept = 16;

    /// <summary>The greatest number, whatever their age: one every 85 s of a day, more than anybody asks for by hand.</summary>
    public const int MaxKept = 1024;

    /// <summary>Younger ones are kept as far as <see cref="MaxKept"/> goes. No interval is longer than an hour, so a shard meets every sealing that concerns it.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);
}
