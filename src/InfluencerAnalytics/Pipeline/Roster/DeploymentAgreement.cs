using System.Globalization;
using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Pipeline.Roster;

/// <summary>
/// What all processes of a deployment agree on, kept in the store. The configuration of a role may set what is not agreed yet and changes nothing
/// afterwards: that takes an explicit act (<see cref="ChangeAsync"/>). Immutable.
/// </summary>
/// <param name="Interval">The resolution wanted; null when nothing is agreed yet.</param>
/// <param name="ShardSize">Ids a shard; null when nothing is agreed yet.</param>
/// <param name="Provider">Whose readings the data are; null when nothing is agreed yet.</param>
public sealed record DeploymentAgreement(TimeSpan? Interval, int? ShardSize, ProviderIdentity? Provider)
{
    private const string IntervalSetting = "agreed.interval";
    private const string ShardSizeSetting = "agreed.shard-size";
    private const string ProviderSetting = "agreed.provider";

    public static async ValueTask<DeploymentAgreement> ReadAsync(ISettingStore settings, CancellationToken cancellationToken) => new(
        await settings.ReadSettingAsync(IntervalSetting, cancellationToken) is { } interval ? ParseInterval(interval) : null,
        await settings.ReadSettingAsync(ShardSizeSetting, cancellationToken) is { } shardSize ? ParseShardSize(shardSize) : null,
        await settings.ReadSettingAsync(ProviderSetting, cancellationToken) is { } provider ? ParseProvider(provider) : null);

    /// <summary>Agrees on how to seed: what is agreed already stays, what is not is taken from a seeder's configuration.</summary>
    public static async ValueTask<(TimeSpan Interval, int ShardSize)> AgreeAsync(ISettingStore settings, SeedingOptions options, CancellationToken cancellationToken) => (
        ParseInterval(await settings.ReadOrWriteSettingAsync(IntervalSetting, Text(options.Interval), cancellationToken)),
        ParseShardSize(await settings.ReadOrWriteSettingAsync(ShardSizeSetting, Text(options.ShardSize), cancellationToken)));

    /// <summary>Agrees on the provider: the one agreed already stays and is returned, else it is this one.</summary>
    public static async ValueTask<ProviderIdentity> AgreeAsync(ISettingStore settings, ProviderIdentity provider, CancellationToken cancellationToken) =>
        ParseProvider(await settings.ReadOrWriteSettingAsync(ProviderSetting, provider.Key, cancellationToken));

    /// <summary>Changes what is agreed, by an explicit act that has to say so.</summary>
    /// <param name="settings">Where it is kept.</param>
    /// <param name="changes">What is null stays. The rest is valid.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was agreed before.</returns>
    public static async ValueTask<DeploymentAgreement> ChangeAsync(ISettingStore settings, DeploymentAgreement changes, CancellationToken cancellationToken)
    {
        var before = await ReadAsync(settings, cancellationToken);
        if (changes.Interval is { } interval && interval != before.Interval)
            await settings.WriteSettingAsync(IntervalSetting, Text(interval), cancellationToken);
        if (changes.ShardSize is { } shardSize && shardSize != before.ShardSize)
            await settings.WriteSettingAsync(ShardSizeSetting, Text(shardSize), cancellationToken);
        if (changes.Provider is { } provider && provider != before.Provider)
            await settings.WriteSettingAsync(ProviderSetting, provider.Key, cancellationToken);
        return before;
    }

    /// <summary>What is wrong with the values, in words that name each; empty when they can be agreed on.</summary>
    public IReadOnlyList<string> Problems()
    {
        var defaults = new SeedingOptions();
        var errors = new OptionsErrors(SeedingOptions.Section);
        new SeedingOptions { Interval = Interval ?? defaults.Interval, ShardSize = ShardSize ?? defaults.ShardSize }.Validate(errors);
        return errors.All;
    }

    private static string Text(TimeSpan interval) => interval.ToString("c", CultureInfo.InvariantCulture);

    private static string Text(int shardSize) => shardSize.ToString(CultureInfo.InvariantCulture);

    private static TimeSpan ParseInterval(string text) =>
        TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var interval) && SlotGrid.IsValidInterval(interval) ? interval : throw Unreadable(IntervalSetting, text);

    private static int ParseShardSize(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= SeedingOptions.MinShardSize and <= SeedingOptions.MaxShardSize
            ? size
            : throw Unreadable(ShardSizeSetting, text);

    private static ProviderIdentity ParseProvider(string text) => ProviderIdentity.TryParse(text, out var provider) ? provider : throw Unreadable(ProviderSetting, text);

    private static StoreUnavailableException Unreadable(string setting, string text) =>
        new($"The store's setting {setting} is '{text}', which this version cannot read. Another version may have written it; start that one.");
}
