using System.Globalization;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Pipeline.Suspicion.Seeding;

/// <summary>
/// Of which generation all shards of the checks were sent, kept in the store: that is what supersedes those before. Written after the last of them, so that a seeder that dies half-way has
/// cost checks that are skipped, never a shard.
/// </summary>
/// <param name="Generation">Its number; 0 before the first.</param>
/// <param name="RosterVersion">Who was added up to this version of the roster is in one of them.</param>
internal readonly record struct SeededChecks(long Generation, long RosterVersion)
{
    private const string Setting = "suspicion.seeded";
    private const char Separator = ':';

    public static async ValueTask<SeededChecks> ReadAsync(ISettingStore settings, CancellationToken cancellationToken) =>
        // What cannot be read counts as none: the shards are sent once more.
        (await settings.ReadSettingAsync(Setting, cancellationToken))?.Split(Separator) is [var generation, var version]
            && long.TryParse(generation, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var roster)
            ? new SeededChecks(number, roster)
            : default;

    public ValueTask WriteAsync(ISettingStore settings, CancellationToken cancellationToken) =>
        settings.WriteSettingAsync(Setting, string.Create(CultureInfo.InvariantCulture, $"{Generation}{Separator}{RosterVersion}"), cancellationToken);
}
