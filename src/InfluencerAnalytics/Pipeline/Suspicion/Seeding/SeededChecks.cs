using System.Globalization;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Pipeline.Suspicion.Seeding;

/// <summary>
/// Which shards of the checks were sent last, all of them, kept in the store: that is what supersedes those before. Written after the last of them, so that a seeder that dies half-way has
/// cost checks that are skipped, never a shard. Each sending has a number of its own, as each seeding of the minute lane has: shards of one that was cut short are superseded by the next.
/// </summary>
/// <param name="Number">Of the sending, which its shards carry; 0 before the first.</param>
/// <param name="Generation">For which sealed generation of the roster it was.</param>
/// <param name="RosterVersion">Who was added up to this version of the roster is in one of them.</param>
internal readonly record struct SeededChecks(long Number, long Generation, long RosterVersion)
{
    private const string Setting = "suspicion.seeded";
    private const string NumberSetting = "suspicion.number";
    private const char Separator = ':';

    public static async ValueTask<SeededChecks> ReadAsync(ISettingStore settings, CancellationToken cancellationToken) =>
        // What cannot be read counts as none: the shards are sent once more.
        (await settings.ReadSettingAsync(Setting, cancellationToken))?.Split(Separator) is [var sending, var generation, var version]
            && TryParse(sending, out var number) && TryParse(generation, out var sealedOne) && TryParse(version, out var roster)
            ? new SeededChecks(number, sealedOne, roster)
            : default;

    /// <summary>A number that no sending has had. For the one who has the lease.</summary>
    public static async ValueTask<long> NextNumberAsync(ISettingStore settings, CancellationToken cancellationToken)
    {
        var last = await settings.ReadSettingAsync(NumberSetting, cancellationToken) is { } text && TryParse(text, out var known) ? known : 0;
        // Never below what is written of the last one, whatever became of the counter.
        var next = Math.Max(last, (await ReadAsync(settings, cancellationToken)).Number) + 1;
        await settings.WriteSettingAsync(NumberSetting, next.ToString(CultureInfo.InvariantCulture), cancellationToken);
        return next;
    }

    public ValueTask WriteAsync(ISettingStore settings, CancellationToken cancellationToken) =>
        settings.WriteSettingAsync(Setting, string.Create(CultureInfo.InvariantCulture, $"{Number}{Separator}{Generation}{Separator}{RosterVersion}"), cancellationToken);

    private static bool TryParse(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
