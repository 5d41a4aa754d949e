using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Pipeline.Roster;

/// <summary>
/// How the roster is cut into shards. Interval and shard size count only for data on which nothing is agreed yet
/// (<see cref="DeploymentAgreement"/>); the seeder goes by what is agreed, and it travels with every shard.
/// </summary>
public sealed record SeedingOptions : IValidatedOptions
{
    public static string Section => "Seeding";

    public const int MinShardSize = 1;
    public const int MaxShardSize = 5000;

    // What nobody asked for by hand comes at most once in so many intervals.
    internal const int RestIntervals = 10;

    /// <summary>The resolution wanted. Default 60 s; whole seconds from 1 s to 1 h (from 5 s on SQS).</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Ids a shard. Default 500; 1 to 5,000. Its data points must fit into few 64 KiB messages (500 take about 30 KB), and a shard is what one
    /// fetcher does at a time.
    /// </summary>
    public int ShardSize { get; init; } = 500;

    /// <summary>How old the sealed generation gets before everything is seeded again. Default 3 days; 1 h to 10 days (SQS drops messages after 14).</summary>
    public TimeSpan ReseedAfter { get; init; } = TimeSpan.FromDays(3);

    public void Validate(OptionsErrors errors)
    {
        if (!SlotGrid.IsValidInterval(Interval))
            errors.Add(nameof(Interval), $"{Interval:c} is not a whole number of seconds from 1 s to 1 h.");
        errors.Range(nameof(ShardSize), ShardSize, MinShardSize, MaxShardSize);
        errors.Range(nameof(ReseedAfter), ReseedAfter, TimeSpan.FromHours(1), TimeSpan.FromDays(10));
    }
}
