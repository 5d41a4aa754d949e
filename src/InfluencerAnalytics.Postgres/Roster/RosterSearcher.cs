using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Latest;
using InfluencerAnalytics.Postgres.Seeding;
using InfluencerAnalytics.Postgres.Slots;
using InfluencerAnalytics.Stores.Roster;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Roster;

/// <summary>Finds influencers of the roster for people. Safe for concurrent use.</summary>
internal sealed class RosterSearcher(PostgresDatabase database)
{
    // Each is a look into some indexes: more at once would keep a small page waiting.
    private const int Slice = 1000;

    public ValueTask<RosterMember?> FindAsync(long influencerId, CancellationToken cancellationToken) => database.UseAsync(async (connection, cancel) =>
        (await DescribeAsync(connection, [influencerId], null, await MissRows.NewestReportedAsync(connection, RosterStates.SlotsLookedAt, cancel), cancel)).GetValueOrDefault(influencerId), cancellationToken);

    public async ValueTask<RosterPage> SearchAsync(RosterSearch search, CancellationToken cancellationToken)
    {
        await database.SearchPlaces.WaitAsync(cancellationToken);
        try
        {
            return await SearchOnceAsync(search, cancellationToken);
        }
        finally
        {
            database.SearchPlaces.Release();
        }
    }

    private ValueTask<RosterPage> SearchOnceAsync(RosterSearch search, CancellationToken cancellationToken) => database.UseAsync(async (connection, cancel) =>
    {
        var members = new List<RosterMember>();
        var recent = await MissRows.NewestReportedAsync(connection, RosterStates.SlotsLookedAt, cancel);
        var place = search.After;
        for (var looked = 0; looked < RosterSearch.MostLookedAt;)
        {
            // Mostly the first few are enough; where they are not, what is wanted is rare.
            var slice = looked == 0 ? Math.Min(Slice, search.Limit + 1) : Slice;
            var candidates = await CandidatesAsync(connection, search, place, recent, slice, cancel);
            var described = await DescribeAsync(connection, [.. candidates.Select(static candidate => candidate.InfluencerId)], search.State, recent, cancel);
            foreach (var candidate in candidates)
            {
                if (described.TryGetValue(candidate.InfluencerId, out var member) && search.Wants(member.State))
                {
                    // One more than the page holds is there: it begins the next.
                    if (members.Count == search.Limit)
                        return new RosterPage(members, place);
                    members.Add(member);
                }
                place = candidate;
            }
            if (candidates.Count < slice)
                return new RosterPage(members, null);
            looked += candidates.Count;
        }
        return new RosterPage(members, place);
    }, cancellationToken);

    /// <summary>The next ones behind a place; fewer than the limit at the end.</summary>
    private static async Task<IReadOnlyList<RosterPlace>> CandidatesAsync(
        NpgsqlConnection connection, RosterSearch search, RosterPlace after, DateTime[] recent, int limit, CancellationToken cancellationToken)
    {
        if (search.Prefix is { } prefix)
            return await ByNameAsync(connection, prefix, after, limit, cancellationToken);
        if (search.State == RosterState.Failing)
            return await MissedAsync(connection, after.InfluencerId, recent, limit, cancellationToken);
        var status = search.State is null ? "status IN (1, 2)" : WhoMayStand(search.State);
        return await connection.ListAsync(
            $"SELECT influencer_id FROM influencer_analytics.roster WHERE {status} AND influencer_id > $1 ORDER BY influencer_id LIMIT $2", [after.InfluencerId, (long)limit],
            static reader => new RosterPlace("", reader.GetInt64(0)), cancellationToken);
    }

    private static string WhoMayStand(RosterState? state) => state switch
    {
        RosterState.Tracked or RosterState.Failing => "status = 1",
        RosterState.Gone => "status = 2",
        RosterState.Removed => "status = 3",
        _ => "status <> 0",
    };

    // Behind everything that begins so: no name holds the last code point that there is.
    private static async Task<IReadOnlyList<RosterPlace>> ByNameAsync(
        NpgsqlConnection connection, string prefix, RosterPlace after, int limit, CancellationToken cancellationToken) =>
        prefix.Contains('\0', StringComparison.Ordinal) || after.Name.Contains('\0', StringComparison.Ordinal) ? [] : await connection.ListAsync(
            """
            SELECT folded, influencer_id FROM influencer_analytics.usernames
            WHERE folded >= $1 AND folded < $2 AND (folded, influencer_id) > ($3, $4) ORDER BY folded, influencer_id LIMIT $5
            """, [prefix, prefix + "\U0010FFFF", after.Name, after.InfluencerId, (long)limit],
            static reader => new RosterPlace(reader.GetString(0), reader.GetInt64(1)), cancellationToken);

    private static async Task<IReadOnlyList<RosterPlace>> MissedAsync(
        NpgsqlConnection connection, long afterId, DateTime[] recent, int limit, CancellationToken cancellationToken)
    {
        var places = new List<RosterPlace>(limit);
        for (var isMore = true; isMore && places.Count < limit;)
        {
            (var misses, isMore) = MissMerge.Merge(await MissRows.ReadAsync(connection, recent, afterId, limit, cancellationToken), limit);
            places.AddRange(misses.Select(static miss => new RosterPlace("", miss.InfluencerId)));
            if (places.Count > 0)
                afterId = places[^1].InfluencerId;
        }
        return places.Count > limit ? places[..limit] : places;
    }

    /// <summary>By id; one that never was on the roster is left out, and so may be one that does not stand as wanted: nothing more is looked up of it.</summary>
    private static async Task<Dictionary<long, RosterMember>> DescribeAsync(
        NpgsqlConnection connection, long[] ids, RosterState? wanted, DateTime[] recent, CancellationToken cancellationToken)
    {
        var described = new Dictionary<long, RosterMember>(ids.Length);
        if (ids.Length == 0)
            return described;
        var rows = await connection.ListAsync(
            $"SELECT {MemberRows.Columns} FROM influencer_analytics.roster WHERE influencer_id = ANY($1) AND {WhoMayStand(wanted)}", [ids], MemberRows.Read, cancellationToken);
        var missed = await MissRows.FindNewestAsync(connection, recent, [.. rows.Where(static row => row.Status == InfluencerStatus.Tracked).Select(static row => row.Id)], cancellationToken);
        // Only one that was missed can fail.
        if (wanted == RosterState.Failing)
            rows.RemoveAll(row => !missed.ContainsKey(row.Id));
        var latest = await LatestRows.FindAsync(connection, [.. rows.Select(static row => row.Id)], cancellationToken);
        var interval = await Generations.ReadIntervalAsync(connection, cancellationToken);
        foreach (var row in rows)
        {
            var point = latest.GetValueOrDefault(row.Id);
            var (missedAt, reason) = row.Status == InfluencerStatus.Gone ? (row.LastNotFound, MissReason.NotFound) : missed.GetValueOrDefault(row.Id);
            if (RosterStates.Of(row.Status, point.Slot, missedAt) is { } state)
                described.Add(row.Id, Describe(row, point, state, state is RosterState.Failing or RosterState.Gone ? (missedAt, reason) : default, interval));
        }
        return described;
    }

    private static RosterMember Describe(Member row, DataPoint point, RosterState state, (long At, MissReason Reason) missed, TimeSpan interval)
    {
        var since = row.Steps[^1].From;
        return new RosterMember(row.Id, point.Username, state)
        {
            AddedAt = row.AddedAt,
            Since = state == RosterState.Failing && point.Slot > 0 ? Math.Max(since, point.Slot + (long)interval.TotalMilliseconds) : since,
            NextTry = state == RosterState.Gone ? row.Streak.NextTry : 0,
            FollowerCount = point.FollowerCount,
            Slot = point.Slot,
            LastErrorAt = missed.At,
            LastError = missed.Reason,
        };
    }
}
