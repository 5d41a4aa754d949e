using System.Globalization;
using InfluencerAnalytics.Postgres.Appends;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Roster;
using InfluencerAnalytics.Postgres.Suspicion;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Roster;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Stores;

/// <summary>Says how the store is. Sizes are asked for twice a minute at most. Safe for concurrent use.</summary>
internal sealed class StatusReader(PostgresDatabase database, ForeignNotice foreign, UsernameWriter usernames, WatchTable watches, TimeProvider timeProvider)
{
    private static readonly TimeSpan SizesKept = TimeSpan.FromSeconds(30);

    // Fewer say nothing of what one takes.
    private const long EnoughPoints = 100_000;

    private volatile Sizes? _sizes;

    public async ValueTask<StoreStatus> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await database.UseAsync(async (connection, cancel) =>
            {
                var sizes = _sizes is { } known && timeProvider.GetElapsedTime(known.At) < SizesKept ? known : _sizes = await SizesAsync(connection, cancel);
                var detail = string.Join(' ', new[] { await OutageAsync(connection, cancel), foreign.Text, usernames.Problem, watches.Problem }.OfType<string>());
                return new StoreStatus(
                    database.Kind!.Name, true, detail.Length > 0 ? detail : null, sizes.Database, null,
                    sizes.Points >= EnoughPoints ? (double)sizes.PointBytes / sizes.Points : null)
                {
                    Points = sizes.Points,
                };
            }, cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            return new StoreStatus(database.Kind?.Name ?? "postgresql", false, exception.Message, null, null, null);
        }
    }

    private async Task<Sizes> SizesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var sql = database.Kind!.IsTimescale
            ? "SELECT pg_database_size(current_database()), public.approximate_row_count('influencer_analytics.data_points'), public.hypertable_size('influencer_analytics.data_points')"
            : "SELECT pg_database_size(current_database()), coalesce(sum(greatest(rows, 0)), 0)::bigint, coalesce(sum(pg_total_relation_size(relation)), 0)::bigint FROM influencer_analytics.partitions WHERE series = 'data_points'";
        return (await connection.ListAsync(
            sql, [], reader => new Sizes(timeProvider.GetTimestamp(), reader.GetInt64(0), reader.GetInt64(1), reader.IsDBNull(2) ? 0 : reader.GetInt64(2)), cancellationToken))[0];
    }

    private async Task<string?> OutageAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var interval = await Seeding.Generations.ReadIntervalAsync(connection, cancellationToken);
        var now = Moments.Ms(await connection.GetAsync<DateTime>("SELECT influencer_analytics.store_time()", [], cancellationToken));
        var turned = await connection.GetAsync<long>(
            "SELECT count(*) FROM influencer_analytics.roster WHERE turned_at >= $1 AND status IN (1, 2)",
            [Moments.Of(NotFoundOutage.WindowStart(now, interval, database.Options.GoneAfter))], cancellationToken);
        if (turned < NotFoundOutage.Least)
            return null;
        var roster = await OutageJudge.CountRosterAsync(connection, cancellationToken);
        return !NotFoundOutage.Is(turned, roster) ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"The provider does not know {turned:#,0} of {roster:#,0} influencers that were not unknown to it an hour ago: that is taken for an outage, nobody is given up, and they are missed as not_found.");
    }

    /// <param name="At">When it was asked, by the monotonic clock.</param>
    /// <param name="Database">In bytes.</param>
    /// <param name="Points">About how many data points.</param>
    /// <param name="PointBytes">What they take, indexes included.</param>
    private sealed record Sizes(long At, long Database, long Points, long PointBytes);
}
