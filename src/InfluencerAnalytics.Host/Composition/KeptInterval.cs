using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Host.Composition;

/// <summary>The interval that a data directory is fetched at, kept with the data: a start that names none goes on as it was.</summary>
internal static class KeptInterval
{
    private const string Setting = "up.interval";

    /// <summary>Keeps the interval that the configuration names, or takes the kept one into it. Comes before anything reads the options.</summary>
    public static async Task ApplyAsync(IConfiguration configuration, IRosterStore store, CancellationToken cancellationToken)
    {
        if (configuration[SettingKeys.Interval] is { } wanted)
            await store.WriteSettingAsync(Setting, wanted, cancellationToken);
        else if (await store.ReadSettingAsync(Setting, cancellationToken) is { } kept)
            configuration[SettingKeys.Interval] = kept;
    }
}
