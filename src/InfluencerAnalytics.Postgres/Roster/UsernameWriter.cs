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
    /// Writes the names of some readings that are stored, where they are new. Names are for finding people by: one that cannot be written is said in the store's state and tried with
    /// its influencer's next reading, and never holds up readings.
    /// </summary>
    public async ValueTask NoteAsync(IReadOnlyList<DataPoint> stored, CancellationToken cancellationToken)
    {
        var news = MayTry() ? News(stored) : [];
        if (news.Count == 0)
            return;
        try
        {
            await WriteAsync(news, cancellationToken);
            lock (_lock)
            {
                foreach (var (id, name) in news)
                    _written[id] = name.GetHashCode(StringComparison.Ordinal);
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

    private SortedDictionary<long, string> News(IReadOnlyList<DataPoint> stored)
    {
        var news = new SortedDictionary<long, string>();
        lock (_lock)
        {
            for (var i = 0; i < stored.Count && news.Count < PerAppend; i++)
            {
                var point = stored[i];
                if (!_written.TryGetValue(point.InfluencerId, out var hash) || hash != point.Username.GetHashCode(StringComparison.Ordinal))
                    news[point.InfluencerId] = point.Username;
            }
        }
        return news;
    }

    // Those that are there already are not touched: to be updated to the same is a write as well. In the order of ids, so that two that write the same wait in one direction only.
    private ValueTask<int> WriteAsync(SortedDictionary<long, string> names, CancellationToken cancellationToken) => database.WriteAsync(RosterUse.None, async (connection, cancel) =>
    {
        await connection.DoAsync(LockBriefly, [], cancel);
        return await connection.DoAsync(
            """
            INSERT INTO influencer_analytics.usernames (influencer_id, username, folded)
            SELECT u.id, u.username, u.folded FROM unnest($1::bigint[], $2::text[], $3::text[]) AS u (id, username, folded)
            LEFT JOIN influencer_analytics.usernames k ON k.influencer_id = u.id
            WHERE k.username IS DISTINCT FROM u.username ORDER BY u.id
            ON CONFLICT (influencer_id) DO UPDATE SET username = excluded.username, folded = excluded.folded
            """, [names.Keys.ToArray(), names.Values.ToArray(), names.Values.Select(Usernames.Fold).ToArray()], cancel);
    }, cancellationToken);
}
