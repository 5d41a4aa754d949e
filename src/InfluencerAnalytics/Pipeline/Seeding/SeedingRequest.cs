using System.Globalization;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Pipeline.Seeding;

/// <summary>
/// Asks the seeder, wherever it runs, for a new generation: after the roster changed by much, so that its shards are full, evenly spread and
/// hold no removed ids. Kept in the store until a generation was sealed after it.
/// </summary>
internal static class SeedingRequest
{
    private const string Setting = "seeding.requestedAt";

    public static ValueTask MakeAsync(IRosterStore store, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        store.WriteSettingAsync(Setting, timeProvider.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), cancellationToken);

    /// <summary>When it was last asked for, in epoch milliseconds; 0 when never.</summary>
    public static async ValueTask<long> ReadAsync(IRosterStore store, CancellationToken cancellationToken) =>
        long.TryParse(await store.ReadSettingAsync(Setting, cancellationToken), CultureInfo.InvariantCulture, out var at) ? at : 0;
}
