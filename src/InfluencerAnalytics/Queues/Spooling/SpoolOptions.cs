using InfluencerAnalytics.Configuration;

namespace InfluencerAnalytics.Queues.Spooling;

/// <summary>What a fetcher keeps on its own disk, so that it can go on while SQS is away.</summary>
public sealed record SpoolOptions : IValidatedOptions
{
    private const long MiB = 1024 * 1024;

    public static string Section => "Spool";

    /// <summary>Where it is kept; made when it is not there. One process at a time owns it: give each fetcher a persistent volume of its own. Default "spool".</summary>
    public string Directory { get; init; } = "spool";

    /// <summary>
    /// The most bytes of data points that wait there. Default 4 GiB: two hours of a million influencers a minute. 1 MiB to 1 TiB. Beyond it readings are dropped, counted and
    /// reported.
    /// </summary>
    public long MaxBytes { get; init; } = 4096 * MiB;

    public void Validate(OptionsErrors errors)
    {
        if (string.IsNullOrWhiteSpace(Directory))
            errors.Add(nameof(Directory), "is empty; name a directory.");
        errors.Range(nameof(MaxBytes), MaxBytes, MiB, 1024 * 1024 * MiB);
    }
}
