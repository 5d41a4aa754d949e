using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Postgres.Roster;

/// <summary>
/// Keeps the table of usernames level with the readings. Remembers what this process knows to be in it (28 bytes an influencer), so that a reading whose name is the one before
/// costs no query. Safe for concurrent use.
/// </summary>
internal sealed class UsernameWriter(PostgresDatabase database, TimeProvider timeProvider)
{
    // After a start nothing is remembered. An append of 20,000 readings then pays for a tenth of them, and all are known within ten intervals.
    private const int PerAppend = 2000;

    // One process at a time decides: whoever comes second sees the readings of the one before, and so which name is the newest.
    private const string Lock = "SELECT pg_advisory_xact_lock(hashtext('influencer_analytics.usernames'))";

    // Readings wait for it: where the table is locked, for so long, and then not again for a while.
    private const string LockBriefly = "SET LOCAL lock_timeout = '1s'";

    private static readonly TimeSpan TriedAgainAfter = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<long, int> _written = [];
    private volatile string? _problem;
    private long? _failedAt;

    /// <summary>A sentence; null while it works.</summary>
    public string? Problem => _problem;

    /// <summary>
    /// Writes the names of some readings that are stored, where they are new and their influencer has no later reading. Names are for finding people by: one that cannot be written is said in the store's state and tried with
    /// its influencer's next reading, and never holds up readings.
    /// </summary>
    public async ValueTask NoteAsync(IReadOnlyList<DataPoint> stored, CancellationToken cancellationToken)
    {
        var news = MayTry() ? News(stored) : [];
        if (news.Count == 0)
            return;
        try
        {
            var there = await WriteAsync(news, cancellationToken);
            lock (_lock)
            {
                foreach (var id in there)
                    _written[id] = news[id].Username.GetHashCode(StringComparison.Ordinal);
            }
            _problem = null;
        }
        catch (Exception exception) when (exception is StoreUnavailableException or StoreRefusedException)
        {
            lock (_lock)
                _failedAt = timeProvider.GetTimestamp();
            _problem = $"Usernames cannot be written, so that influencers are not found by them: {exception.Message}";
        }
    }

    private bool MayTry()
    {
        lock (_lock)
            return _failedAt is not { } at || timeProvider.GetElapsedTime(at) >= TriedAgainAfter;
    }

    private SortedDictionary<long, DataPoint> News(IReadOnlyList<DataPoint> stored)
    {
        var news = new SortedDictionary<long, DataPoint>();
        lock (_lock)
        {
            for (var i = 0; i < stored.Count && news.Count < PerAppend; i++)
            {
                var point = stored[i];
                if ((!_written.TryGetValue(point.InfluencerId, out var hash) || hash != point.Username.GetHashCode(StringComparison.Ordinal))
                    && (!news.TryGetValue(point.InfluencerId, out var other) || point.Slot > other.Slot))
                    news[point.InfluencerId] = point;
            }
        }
        return news;
    }

    // Those that are there already are not touched: to be updated to the same is a write as well. In the order of ids, so that two that write the same wait in one direction only.
    // A name that is another one is that of a late reading where a later one is stored: a look into the partitions from that slot on, of which there are one or two.
    // Whose name is in the table now, written by this or before.
    private ValueTask<List<long>> WriteAsync(SortedDictionary<long, DataPoint> points, CancellationToken cancellationToken) => database.WriteAsync(RosterUse.None, async (connection, cancel) =>
    {
        await connection.DoAsync(LockBriefly, [], cancel);
        await connection.DoAsync(Lock, [], cancel);
        List<DataPoint> all = [.. points.Values];
        return await connection.ListAsync(
            """
            WITH written AS (
                INSERT INTO influencer_analytics.usernames (influencer_id, username, folded)
                SELECT u.id, u.username, u.folded FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[]) AS u (id, username, folded, slot)
                LEFT JOIN influencer_analytics.usernames k ON k.influencer_id = u.id
                WHERE k.influencer_id IS NULL OR (k.username <> u.username
                    AND NOT EXISTS (SELECT FROM influencer_analytics.data_points d WHERE d.influencer_id = u.id AND d.slot > u.slot AND d.slot > $5))
                ORDER BY u.id
                ON CONFLICT (influencer_id) DO UPDATE SET username = excluded.username, folded = excluded.folded RETURNING influencer_id)
            SELECT influencer_id FROM written
            UNION ALL
            SELECT k.influencer_id FROM unnest($1::bigint[], $2::text[]) AS u (id, username) JOIN influencer_analytics.usernames k ON k.influencer_id = u.id AND k.username = u.username
            """,
            [
                all.ConvertAll(static point => point.InfluencerId).ToArray(), all.ConvertAll(static point => point.Username).ToArray(),
                all.ConvertAll(static point => Usernames.Fold(point.Username)).ToArray(), all.ConvertAll(static point => Moments.Of(point.Slot)).ToArray(),
                Moments.Of(all.Min(static point => point.Slot)),
            ], static reader => reader.GetInt64(0), cancel);
    }, cancellationToken);
}
