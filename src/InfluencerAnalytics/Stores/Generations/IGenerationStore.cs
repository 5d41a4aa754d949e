namespace InfluencerAnalytics.Stores.Generations;

/// <summary>Keeps the generations of the roster's shards: allocated, asked for and sealed. Safe for concurrent use.</summary>
public interface IGenerationStore
{
    /// <summary>The state of the generations.</summary>
    ValueTask<GenerationState> ReadGenerationsAsync(CancellationToken cancellationToken);

    /// <summary>Allocates the next generation's number.</summary>
    ValueTask<long> AllocateGenerationAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Seals a generation, which supersedes all below it from the first slot on that begins after now, by the store's clock. False, with nothing done,
    /// when the roster has grown since <paramref name="rosterVersion"/> (send shards for what was added first) or a higher generation is sealed.
    /// </summary>
    ValueTask<bool> TrySealGenerationAsync(SealedGeneration generation, long rosterVersion, CancellationToken cancellationToken);

    /// <summary>
    /// Asks for a generation after every number given out so far, and returns the greatest of those. Kept until one above it is sealed: a seeding that
    /// is under way already does not answer it, and no clock is compared.
    /// </summary>
    ValueTask<long> RequestGenerationAsync(CancellationToken cancellationToken);
}
