using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores.Generations;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Seeding;

/// <summary>The generations of the roster's shards, by the store's clock. Safe for concurrent use.</summary>
internal sealed class Generations(PostgresDatabase database)
{
    private const string SealedColumns = "generation, interval_seconds, shard_size, sealed_at, shards";

    /// <summary>The last sealed one, or null.</summary>
    public static async Task<SealedGeneration?> ReadLastAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.ListAsync(
            $"SELECT {SealedColumns} FROM influencer_analytics.generations WHERE sealed_at IS NOT NULL ORDER BY generation DESC LIMIT 1", [], Read, cancellationToken)).SingleOrDefault();

    /// <summary>The interval in force.</summary>
    public static async Task<TimeSpan> ReadIntervalAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await ReadLastAsync(connection, cancellationToken))?.Interval ?? SlotGrid.IntervalBeforeSeeding;

    /// <summary>The recent sealings, ascending; see <see cref="Sealing"/>.</summary>
    public static async Task<IReadOnlyList<Sealing>> ReadKeptAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var kept = await connection.ListAsync(
            $"""
            SELECT {SealedColumns} FROM (
                SELECT *, row_number() OVER (ORDER BY generation DESC) AS place FROM influencer_analytics.generations WHERE sealed_at IS NOT NULL) numbered
            WHERE place <= $1 OR (place <= $2 AND sealed_at >= influencer_analytics.store_time() - $3)
            ORDER BY generation
            """, [Sealing.MinKept, Sealing.MaxKept, Sealing.KeptFor], Read, cancellationToken);
        return [.. kept.Select(static one => new Sealing(one.Generation, one.SealedAt, one.Interval))];
    }

    /// <summary>The roster's version when the last generation was allocated that has been sealed for two intervals; shards from before it are no longer fetched. 0 when there is none.</summary>
    public static Task<long> ReadSettledVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => connection.GetAsync<long>(
        """
        SELECT allocated_version FROM influencer_analytics.generations
        WHERE sealed_at + 2 * (SELECT max(interval_seconds) FROM influencer_analytics.generations) * interval '1 second' <= influencer_analytics.store_time()
        ORDER BY generation DESC LIMIT 1
        """, [], cancellationToken);

    /// <summary>A sealing still to come was written by a clock that was ahead, and is brought to now.</summary>
    public static async ValueTask MendMomentsAsync(PostgresDatabase database, CancellationToken cancellationToken)
    {
        // Asked first, so that who only reads needs no right to write.
        if (!await database.UseAsync(static (connection, cancel) => connection.GetAsync<bool>(
            "SELECT EXISTS (SELECT FROM influencer_analytics.generations WHERE sealed_at > influencer_analytics.store_time())", [], cancel), cancellationToken))
            return;
        // Alone, as whatever makes a version of the roster: another change would make the same one.
        await database.WriteAsync(RosterUse.Alone, static (connection, cancel) => connection.DoAsync(
            """
            WITH mended AS (
                UPDATE influencer_analytics.generations SET sealed_at = influencer_analytics.store_time() WHERE sealed_at > influencer_analytics.store_time() RETURNING generation)
            UPDATE influencer_analytics.state SET roster_version = roster_version + 1 WHERE EXISTS (SELECT FROM mended)
            """, [], cancel), cancellationToken);
    }

    public async ValueTask<GenerationState> ReadStateAsync(CancellationToken cancellationToken)
    {
        await MendMomentsAsync(database, cancellationToken);
        return await database.UseAsync(ReadStateAsync, cancellationToken);
    }

    public ValueTask<long> AllocateAsync(CancellationToken cancellationToken) => database.WriteAsync(RosterUse.Alone, static (connection, cancel) => connection.GetAsync<long>(
        """
        WITH allocated AS (
            UPDATE influencer_analytics.state SET last_generation = last_generation + 1 RETURNING last_generation, roster_version)
        INSERT INTO influencer_analytics.generations (generation, allocated_version) SELECT * FROM allocated RETURNING generation
        """, [], cancel), cancellationToken);

    public ValueTask<bool> TrySealAsync(SealedGeneration generation, long rosterVersion, CancellationToken cancellationToken) =>
        database.WriteAsync(RosterUse.Alone, async (connection, cancel) =>
        {
            if (await ReadLastAsync(connection, cancel) is { } last && last.Generation > generation.Generation)
                return false;
            if (await connection.GetAsync<bool>(
                "SELECT EXISTS (SELECT FROM influencer_analytics.roster WHERE added_version > $1 AND status IN (1, 2))", [rosterVersion], cancel))
                return false;
            await using var batch = connection.CreateBatch();
            batch.Add(
                """
                UPDATE influencer_analytics.generations
                SET sealed_at = influencer_analytics.store_time(), interval_seconds = $2, shard_size = $3, shards = $4 WHERE generation = $1
                """, generation.Generation, (int)generation.Interval.TotalSeconds, generation.ShardSize, generation.Shards);
            batch.Add("UPDATE influencer_analytics.state SET added_shards = 0, roster_version = roster_version + 1");
            await batch.ExecuteNonQueryAsync(cancel);
            return true;
        }, cancellationToken);

    public ValueTask<long> RequestAsync(CancellationToken cancellationToken) => database.WriteAsync(RosterUse.Alone, static (connection, cancel) =>
        connection.GetAsync<long>("UPDATE influencer_analytics.state SET requested_after = last_generation RETURNING last_generation", [], cancel), cancellationToken);

    private static async Task<GenerationState> ReadStateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var last = await ReadLastAsync(connection, cancellationToken);
        return await connection.RowAsync(
            "SELECT last_generation, added_shards, requested_after, influencer_analytics.store_time() FROM influencer_analytics.state", [],
            reader => new GenerationState(reader.GetInt64(0), last)
            {
                SinceSealed = last is null ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Max(0, Moments.Ms(reader.GetDateTime(3)) - last.SealedAt)),
                AddedShards = reader.GetInt64(1),
                RequestedAfter = reader.IsDBNull(2) ? null : reader.GetInt64(2),
            }, cancellationToken);
    }

    private static SealedGeneration Read(NpgsqlDataReader reader) =>
        new(reader.GetInt64(0), TimeSpan.FromSeconds(reader.GetInt32(1)), reader.GetInt32(2), Moments.Ms(reader.GetDateTime(3)), reader.GetInt64(4));
}
