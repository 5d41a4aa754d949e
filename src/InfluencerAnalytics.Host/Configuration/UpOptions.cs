using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Host.Configuration;

/// <summary>What <c>up</c> does beside starting the roles.</summary>
internal sealed record UpOptions : IValidatedOptions
{
    public static string Section => "Up";

    /// <summary>How many influencers a fresh data directory begins with when <see cref="Influencers"/> is not set.</summary>
    public const int DefaultInfluencers = 10_000;

    /// <summary>
    /// How many influencers to track from <see cref="FirstId"/> on. Not set: 10,000 in a fresh data directory, else what is there stays.
    /// 0 to 100 million. Influencers added by other ways stay in any case.
    /// </summary>
    public int? Influencers { get; init; }

    /// <summary>The first id of that range. Default 1000000, where Mockstagram's accounts begin; 1 to 2^53-1.</summary>
    public long FirstId { get; init; } = 1_000_000;

    /// <summary>Arguments for the simulator that is started when no provider is given, as for <c>simulate</c>. Default none.</summary>
    public string SimulatorArguments { get; init; } = "";

    public void Validate(OptionsErrors errors)
    {
        if (Influencers is { } count)
            errors.Range(nameof(Influencers), count, 0, 100_000_000);
        errors.Range(nameof(FirstId), FirstId, InfluencerIds.Min, InfluencerIds.Max);
        if (FirstId + (Influencers ?? DefaultInfluencers) - 1 > InfluencerIds.Max)
            errors.Add(nameof(FirstId), "the last id of the range would be over 2^53-1.");
    }
}
