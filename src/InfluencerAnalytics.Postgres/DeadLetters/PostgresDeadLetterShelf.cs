using System.Globalization;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Postgres.DeadLetters;

/// <summary>Keeps dead letters beside the data, where every process can list and send them again. Safe for concurrent use.</summary>
internal sealed class PostgresDeadLetterShelf(PostgresDatabase database) : IDeadLetterShelf
{
    // Of one answer, as of the other shelves.
    private const long MaxListedBytes = 32L * 1024 * 1024;

    public async ValueTask PutAsync(string queue, ReadOnlyMemory<byte> body, string reason, CancellationToken cancellationToken) =>
        await database.WriteAsync(RosterUse.None, async (connection, cancel) =>
        {
            // PostgreSQL's text has no NUL, which a reason may quote.
            var text = DeadLetterFit.Reason(reason).Replace('\0', '\uFFFD');
            await connection.DoAsync(
                "INSERT INTO influencer_analytics.dead_letters (queue, body, reason) VALUES ($1, $2, $3)", [queue, DeadLetterFit.Body(body).ToArray(), text], cancel);
            // The oldest go for newer ones.
            return await connection.DoAsync(
                """
                WITH dropped AS (
                    DELETE FROM influencer_analytics.dead_letters WHERE id IN (
                        SELECT id FROM (
                            SELECT id, row_number() OVER newest AS place, sum(octet_length(body)) OVER newest AS bytes
                            FROM influencer_analytics.dead_letters WHERE queue = $1 WINDOW newest AS (ORDER BY id DESC)) counted
                        WHERE place > $2 OR bytes > $3)
                    RETURNING id)
                INSERT INTO influencer_analytics.dead_letter_drops AS d (queue, dropped) SELECT $1, count(*) FROM dropped HAVING count(*) > 0
                ON CONFLICT (queue) DO UPDATE SET dropped = d.dropped + excluded.dropped
                """, [queue, (long)database.Options.MaxDeadLetters, database.Options.MaxDeadLetterBytes], cancel);
        }, cancellationToken);

    public ValueTask<DeadLetterCount> CountAsync(string queue, CancellationToken cancellationToken) => database.UseAsync(async (connection, cancel) =>
        (await connection.ListAsync(
            """
            SELECT (SELECT count(*) FROM influencer_analytics.dead_letters WHERE queue = $1),
                   coalesce((SELECT dropped FROM influencer_analytics.dead_letter_drops WHERE queue = $1), 0)
            """, [queue], static reader => new DeadLetterCount(reader.GetInt64(0), reader.GetInt64(1)), cancel))[0], cancellationToken);

    public ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string queue, int limit, CancellationToken cancellationToken) => database.UseAsync<IReadOnlyList<DeadLetter>>(
        async (connection, cancel) => await connection.ListAsync(
            """
            SELECT id, queue, body, reason, at FROM (
                SELECT *, sum(octet_length(body)) OVER (ORDER BY id) AS bytes, row_number() OVER (ORDER BY id) AS place
                FROM (SELECT * FROM influencer_analytics.dead_letters WHERE queue = $1 ORDER BY id LIMIT $2) first) counted
            WHERE bytes <= $3 OR place = 1 ORDER BY id
            """, [queue, (long)limit, MaxListedBytes], Read, cancel), cancellationToken);

    public ValueTask<IReadOnlyList<DeadLetter>> FindAsync(string queue, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<DeadLetter>>(async (connection, cancel) => await connection.ListAsync(
            "SELECT id, queue, body, reason, at FROM influencer_analytics.dead_letters WHERE queue = $1 AND id = ANY($2)",
            [queue, ids.Select(Parse).OfType<long>().ToArray()], Read, cancel), cancellationToken);

    public async ValueTask<bool> DropAsync(string queue, string id, CancellationToken cancellationToken) => Parse(id) is { } number && await database.UseAsync(
        (connection, cancel) => connection.DoAsync("DELETE FROM influencer_analytics.dead_letters WHERE queue = $1 AND id = $2", [queue, number], cancel), cancellationToken) > 0;

    // Only as it was given out: "07" names none.
    private static long? Parse(string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == id ? number : null;

    private static DeadLetter Read(Npgsql.NpgsqlDataReader reader) => new(
        reader.GetInt64(0).ToString(CultureInfo.InvariantCulture), reader.GetString(1), reader.GetFieldValue<byte[]>(2), reader.GetString(3), Moments.Ms(reader.GetDateTime(4)));
}
