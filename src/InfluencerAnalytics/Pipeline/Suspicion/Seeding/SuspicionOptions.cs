using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Pipeline.Suspicion.Seeding;

/// <summary>
/// The lane in which the provider judges whether followers look bought. Period and shard size count where shards are sent (the seeder), and travel with them; the rest where they
/// are worked on (the classifier).
/// </summary>
public sealed record SuspicionOptions : IValidatedOptions
{
    public static string Section => "Suspicion";

    /// <summary>Whether shards for the checks are sent, and whether <c>up</c> works on them. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>How often each influencer is judged. Default 1 day; whole seconds from 1 min to 7 days. Another one takes effect with the next seeding.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Ids a shard. Default 100; 1 to 1,000: what a process that dies asks for again at the most, for each shard in hand.</summary>
    public int ShardSize { get; init; } = 100;

    /// <summary>
    /// The most checks in flight of this classifier. Default 160; 1 to 10,000. A million a day are 11.6 a second, of up to 10 s each: 116, and a third more for what is tried again.
    /// </summary>
    public int MaxConcurrency { get; init; } = 160;

    /// <summary>The most checks a second of this classifier. Default 50; 1 to 10,000: four times what a million a day need, so that a lane that is behind catches up and no more.</summary>
    public int MaxPerSecond { get; init; } = 50;

    /// <summary>For one check, from connecting to the last byte. Default 15 s; 1 s to 2 min. The provider thinks for up to 10 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the lane's breaker keeps all checks back before it lets one through. Default 30 s; 1 s to 10 min.</summary>
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(30);

    public void Validate(OptionsErrors errors)
    {
        if (!SuspicionShard.IsValidPeriod(Period))
            errors.Add(nameof(Period), $"{Period:c} is not a whole number of seconds from 1 min to 7 days.");
        errors.Range(nameof(ShardSize), ShardSize, 1, 1000);
        errors.Range(nameof(MaxConcurrency), MaxConcurrency, 1, 10_000);
        errors.Range(nameof(MaxPerSecond), MaxPerSecond, 1, 10_000);
        errors.Range(nameof(RequestTimeout), RequestTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
        errors.Range(nameof(BreakDuration), BreakDuration, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
    }
}
