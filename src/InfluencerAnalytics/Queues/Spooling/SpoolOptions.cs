using InfluencerAnalytics.Configuration;

namespace InfluencerAnalytics.Queues.Spooling;

/// <summary>What a fetcher keeps in its data directory, so that it can go on while SQS is away.</summary>
public sealed record SpoolOptions : IValidatedOptions
{
    private const long MiB = 1024 * 1024;

    public static string Section => "Spool";

    /// <summary>
    /// The most bytes of data points that wait there. Default 4 GiB: two hours of a million influencers a minute. 1 MiB to 1 TiB. Beyond it readings are dropped, counted and
    /// reported.
    /// </summary>
    public long MaxBytes { get; init; } = 4096 * MiB;

    public void Validate(OptionsErrors errors)
    {
        errors.Range(nameof(MaxBytes), MaxBytes, MiB, 1024 * 1024 * MiB);
    }
}
