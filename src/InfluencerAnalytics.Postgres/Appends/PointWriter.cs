using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using Npgsql;
using NpgsqlTypes;

namespace InfluencerAnalytics.Postgres.Appends;

/// <summary>
/// Writes points within a transaction, the first of a key stays: by binary COPY, and once that meets one that is stored already, by INSERT … ON CONFLICT, which tells which were
/// new. Sorted by slot and id, so that two writers that have the same points wait for each other in one direction only. Safe for concurrent use.
/// </summary>
internal sealed class PointWriter
{
    // After a duplicate, more are likely: a message that comes again brings its whole neighbourhood.
    private const int CarefulWrites = 16;

    private int _careful;

    /// <summary>Writes them and returns those that were new, in their order.</summary>
    public async Task<IReadOnlyList<DataPoint>> WriteAsync(NpgsqlConnection connection, IReadOnlyList<DataPoint> points, CancellationToken cancellationToken)
    {
        if (points.Count == 0)
            return points;
        if (Volatile.Read(ref _careful) <= 0)
        {
            await connection.DoAsync("SAVEPOINT copying", [], cancellationToken);
            try
            {
                await CopyAsync(connection, "influencer_analytics.data_points", points, cancellationToken);
                return points;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                Volatile.Write(ref _careful, CarefulWrites);
                await connection.DoAsync("ROLLBACK TO SAVEPOINT copying", [], cancellationToken);
            }
        }
        var written = await InsertAsync(connection, points, cancellationToken);
        // One that finds none stored counts towards writing fast again.
        if (written.Count == points.Count)
            Interlocked.Decrement(ref _careful);
        return written;
    }

    /// <summary>Nothing but the COPY, into a table of the columns of data points.</summary>
    public static async Task CopyAsync(NpgsqlConnection connection, string table, IEnumerable<DataPoint> points, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"COPY {table} ({PointRows.Columns}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach (var point in points)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(point.InfluencerId, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(point.FollowerCount, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(point.FollowingCount, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(Moments.Of(point.Slot), NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync(Moments.Of(point.RetrievedAt), NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync(point.Username, NpgsqlDbType.Text, cancellationToken);
        }
        await copy.CompleteAsync(cancellationToken);
    }

    private static async Task<List<DataPoint>> InsertAsync(NpgsqlConnection connection, IReadOnlyList<DataPoint> points, CancellationToken cancellationToken)
    {
        var inserted = (await connection.ListAsync(
            $"""
            INSERT INTO influencer_analytics.data_points ({PointRows.Columns})
            SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::text[])
            ON CONFLICT (influencer_id, slot) DO NOTHING RETURNING slot, influencer_id
            """,
            [
                Of(points, static point => point.InfluencerId), Of(points, static point => point.FollowerCount), Of(points, static point => point.FollowingCount),
                Of(points, static point => Moments.Of(point.Slot)), Of(points, static point => Moments.Of(point.RetrievedAt)), Of(points, static point => point.Username),
            ],
            static reader => (Moments.Ms(reader.GetDateTime(0)), reader.GetInt64(1)), cancellationToken)).ToHashSet();
        return inserted.Count == points.Count ? [.. points] : [.. points.Where(point => inserted.Contains((point.Slot, point.InfluencerId)))];
    }

    private static T[] Of<T>(IReadOnlyList<DataPoint> points, Func<DataPoint, T> select)
    {
        var values = new T[points.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = select(points[i]);
        return values;
    }
}
