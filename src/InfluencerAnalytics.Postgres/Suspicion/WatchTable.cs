using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Suspicion;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Suspicion;

/// <summary>What our own opinion of each influencer is made from, and how far the hours went into it. Safe for concurrent use, also over processes: of two that write at once, one does.</summary>
internal sealed class WatchTable(PostgresDatabase database)
{
    // Some ten megabytes of pages, which are read for nothing but their time. Of a million in one statement it may take longer than a statement has.
    private const long IdsPerDrop = 20_000;

    private const string Columns = "influencer_id, round, since, until, computed_at, state";

    private volatile string? _problem;

    /// <summary>A sentence; null while it may be written.</summary>
    public string? Problem => _problem;

    public ValueTask<WatchProgress> ReadProgressAsync(CancellationToken cancellationToken) => database.UseAsync(async (connection, cancel) =>
        await connection.ListAsync(
            "SELECT round, folded_until, until, after_id FROM influencer_analytics.watch_progress", [],
            static reader => new WatchProgress(reader.GetInt32(0), Moments.Ms(reader.GetDateTime(1)), Moments.Ms(reader.GetDateTime(2)), reader.GetInt64(3)), cancel) is [var progress]
            ? progress
            : throw new StoreUnavailableException(
                "The database is damaged: the row of influencer_analytics.watch_progress is missing, which 'db migrate' made and nothing of this program deletes. Restore it from a backup."),
        cancellationToken);

    public ValueTask<long?> ReadRolledUpUntilAsync(CancellationToken cancellationToken) => database.UseAsync(async (connection, cancel) =>
        await connection.GetAsync<DateTime?>("SELECT nullif(rolled_until, '-infinity') FROM influencer_analytics.state", [], cancel) is { } until ? Moments.Ms(until) : (long?)null, cancellationToken);

    public ValueTask<IReadOnlyList<KeptWatch>> ReadAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) => database.UseAsync<IReadOnlyList<KeptWatch>>(
        async (connection, cancel) => await connection.ListAsync($"SELECT {Columns} FROM influencer_analytics.watches WHERE influencer_id = ANY($1)", [ids.ToArray()], Read, cancel), cancellationToken);

    public async ValueTask<bool> WriteAsync(IReadOnlyList<KeptWatch> watches, WatchProgress from, WatchProgress to, CancellationToken cancellationToken)
    {
        try
        {
            var isWritten = await database.WriteAsync(RosterUse.None, async (connection, cancel) =>
            {
                // The row is held to the end of the transaction: whoever comes second finds the progress changed, and has written nothing yet.
                if (!await MoveAsync(connection, from, to, cancel))
                    return false;
                if (watches.Count > 0)
                    await WriteAsync(connection, [.. watches], cancel);
                return true;
            }, cancellationToken);
            _problem = null;
            return isWritten;
        }
        catch (StoreUnavailableException exception) when (exception.IsOfARight)
        {
            _problem = $"Our own opinions cannot be written, so that they stay as they are: {exception.Message}";
            throw;
        }
    }

    /// <inheritdoc cref="IWatchStore.DropWatchesAsync"/>
    public async ValueTask<int> DropAsync(long untilBeforeMs, CancellationToken cancellationToken)
    {
        var dropped = 0;
        long? afterId = long.MinValue;
        while (afterId is { } from)
        {
            (afterId, var some) = await database.UseAsync((connection, cancel) => connection.RowAsync(
                """
                WITH slice AS (SELECT influencer_id, until FROM influencer_analytics.watches WHERE influencer_id > $1 ORDER BY influencer_id LIMIT $2),
                dropped AS (
                    DELETE FROM influencer_analytics.watches w USING slice s WHERE w.influencer_id = s.influencer_id AND s.until < $3 AND w.until < $3 RETURNING w.influencer_id)
                SELECT max(influencer_id), (SELECT count(*) FROM dropped) FROM slice
                """, [from, IdsPerDrop, Moments.Of(untilBeforeMs)],
                static reader => (reader.IsDBNull(0) ? (long?)null : reader.GetInt64(0), (int)reader.GetInt64(1)), cancel), cancellationToken);
            dropped += some;
        }
        return dropped;
    }

    private static async Task<bool> MoveAsync(NpgsqlConnection connection, WatchProgress from, WatchProgress to, CancellationToken cancellationToken) => await connection.DoAsync(
        """
        UPDATE influencer_analytics.watch_progress SET round = $5, folded_until = $6, until = $7, after_id = $8
        WHERE round = $1 AND folded_until = $2 AND until = $3 AND after_id = $4
        """,
        [
            from.Round, Moments.Of(from.FoldedUntil), Moments.Of(from.Until), from.AfterId,
            to.Round, Moments.Of(to.FoldedUntil), Moments.Of(to.Until), to.AfterId,
        ], cancellationToken) == 1;

    private static Task<int> WriteAsync(NpgsqlConnection connection, List<KeptWatch> watches, CancellationToken cancellationToken) => connection.DoAsync(
        $"""
        INSERT INTO influencer_analytics.watches ({Columns})
        SELECT * FROM unnest($1::bigint[], $2::integer[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::bytea[])
        ON CONFLICT (influencer_id) DO UPDATE SET
            round = excluded.round, since = excluded.since, until = excluded.until, computed_at = excluded.computed_at, state = excluded.state
        """,
        [
            watches.ConvertAll(static watch => watch.InfluencerId).ToArray(), watches.ConvertAll(static watch => watch.Round).ToArray(),
            watches.ConvertAll(static watch => Moments.Of(watch.Since)).ToArray(), watches.ConvertAll(static watch => Moments.Of(watch.Until)).ToArray(),
            watches.ConvertAll(static watch => Moments.Of(watch.ComputedAt)).ToArray(), watches.ConvertAll(static watch => watch.State).ToArray(),
        ], cancellationToken);

    private static KeptWatch Read(NpgsqlDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt32(1), Moments.Ms(reader.GetDateTime(2)), Moments.Ms(reader.GetDateTime(3)), Moments.Ms(reader.GetDateTime(4)), reader.GetFieldValue<byte[]>(5));
}
