using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Latest;
using InfluencerAnalytics.Stores.Roster;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Roster;

/// <summary>Reads rows of the roster with their past, and writes them back with what that does to the counts.</summary>
internal static class MemberRows
{
    /// <summary>All columns, in the order of <see cref="Read"/>.</summary>
    public const string Columns =
        "influencer_id, status, since, added_at, added_version, removed_version, not_found, first_not_found, last_not_found, turned_at, tries, next_try";

    /// <summary>Those of some ids that there are.</summary>
    public static Task<Dictionary<long, Member>> LoadAsync(NpgsqlConnection connection, long[] ids, CancellationToken cancellationToken) =>
        LoadAsync(connection, "influencer_id = ANY($1)", [ids], cancellationToken);

    /// <summary>Those of a condition over the columns of the roster.</summary>
    public static async Task<Dictionary<long, Member>> LoadAsync(NpgsqlConnection connection, string condition, object?[] values, CancellationToken cancellationToken)
    {
        var rows = await connection.ListAsync($"SELECT {Columns} FROM influencer_analytics.roster WHERE {condition}", values, static reader => Row.From(reader), cancellationToken);
        var past = (await connection.ListAsync(
            "SELECT influencer_id, since, status FROM influencer_analytics.roster_past WHERE influencer_id = ANY($1) ORDER BY influencer_id, since",
            [rows.Select(static row => row.Id).ToArray()],
            static reader => (Id: reader.GetInt64(0), From: Moments.Ms(reader.GetDateTime(1)), Status: (InfluencerStatus)reader.GetInt16(2)), cancellationToken)).ToLookup(static step => step.Id);
        return rows.ToDictionary(static row => row.Id, row => row.ToMember(past[row.Id].Select(static step => (step.From, step.Status))));
    }

    /// <summary>One row without its past: enough to say how it stands.</summary>
    public static Member Read(NpgsqlDataReader reader) => Row.From(reader).ToMember([]);

    /// <summary>Writes those that changed, with their past, the counts and the news; whoever calls has the roster alone.</summary>
    /// <param name="version">That the roster has with this.</param>
    public static void Save(NpgsqlBatch batch, IReadOnlyCollection<Member> changed, long version)
    {
        if (changed.Count == 0)
            return;
        Member[] members = [.. changed.OrderBy(static member => member.Id)];
        batch.Add(
            """
            INSERT INTO influencer_analytics.roster AS r
                (influencer_id, status, since, added_at, added_version, removed_version, not_found, first_not_found, last_not_found, turned_at, tries, next_try, changed_version)
            SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::timestamptz[], $4::timestamptz[], $5::bigint[], $6::bigint[], $7::integer[], $8::timestamptz[],
                                 $9::timestamptz[], $10::timestamptz[], $11::integer[], $12::timestamptz[], $13::bigint[])
            ON CONFLICT (influencer_id) DO UPDATE SET
                status = excluded.status, since = excluded.since, added_at = excluded.added_at, added_version = excluded.added_version,
                removed_version = excluded.removed_version, not_found = excluded.not_found, first_not_found = excluded.first_not_found,
                last_not_found = excluded.last_not_found, turned_at = excluded.turned_at, tries = excluded.tries, next_try = excluded.next_try,
                changed_version = excluded.changed_version
            """,
            Of(members, static member => member.Id), Of(members, static member => (short)member.Status), Of(members, static member => Moments.Of(member.Steps[^1].From)),
            Of(members, static member => Moment(member.AddedAt)), Of(members, static member => member.AddedVersion), Of(members, static member => member.RemovedVersion),
            Of(members, static member => member.Streak.Answers), Of(members, static member => Moment(member.Streak.First)), Of(members, static member => Moment(member.Streak.Last)),
            Of(members, static member => Moment(member.Streak.TurnedAt)), Of(members, static member => member.Streak.Tries), Of(members, static member => Moment(member.Streak.NextTry)),
            Of(members, _ => version));
        SavePast(batch, members);
        SaveCounts(batch, members);
        if (Of(members.Where(static member => member.Before.Count == 0 || member.Before[^1].Status != member.Status), static member => member.Id) is { Length: > 0 } moved)
            ChangeRows.SaveMoved(batch, moved);
    }

    private static void SavePast(NpgsqlBatch batch, Member[] members)
    {
        var moved = members.Where(static member => !member.Steps.SequenceEqual(member.Before)).ToList();
        if (Of(moved.Where(static member => member.Before.Count > 1), static member => member.Id) is { Length: > 0 } had)
            batch.Add("DELETE FROM influencer_analytics.roster_past WHERE influencer_id = ANY($1)", had);
        var past = moved.SelectMany(static member => member.Steps.SkipLast(1), static (member, step) => (member.Id, step.From, step.Status)).ToList();
        if (past.Count == 0)
            return;
        batch.Add(
            "INSERT INTO influencer_analytics.roster_past (influencer_id, since, status) SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::smallint[])",
            Of(past, static step => step.Id), Of(past, static step => Moments.Of(step.From)), Of(past, static step => (short)step.Status));
    }

    // Whatever changed in how they stood: the difference of what both add up to.
    private static void SaveCounts(NpgsqlBatch batch, Member[] members)
    {
        var counts = new SortedDictionary<long, (long Tracked, long Gone)>();
        foreach (var member in members)
        {
            Count(counts, member.Before, -1);
            Count(counts, member.Steps, 1);
        }
        var changed = counts.Where(static count => count.Value != default).ToList();
        if (changed.Count == 0)
            return;
        batch.Add(
            "INSERT INTO influencer_analytics.roster_counts (since, tracked, gone) SELECT * FROM unnest($1::timestamptz[], $2::bigint[], $3::bigint[])",
            Of(changed, static count => Moments.Of(count.Key)), Of(changed, static count => count.Value.Tracked), Of(changed, static count => count.Value.Gone));
    }

    private static void Count(SortedDictionary<long, (long Tracked, long Gone)> counts, IReadOnlyList<(long From, InfluencerStatus Status)> steps, int sign)
    {
        var before = InfluencerStatus.Unknown;
        foreach (var (from, status) in steps)
        {
            var (tracked, gone) = counts.GetValueOrDefault(from);
            counts[from] = (
                tracked + sign * (Is(status, InfluencerStatus.Tracked) - Is(before, InfluencerStatus.Tracked)),
                gone + sign * (Is(status, InfluencerStatus.Gone) - Is(before, InfluencerStatus.Gone)));
            before = status;
        }
    }

    private static int Is(InfluencerStatus status, InfluencerStatus which) => status == which ? 1 : 0;

    private static DateTime? Moment(long ms) => ms == 0 ? null : Moments.Of(ms);

    private static T[] Of<TItem, T>(IEnumerable<TItem> items, Func<TItem, T> select) => [.. items.Select(select)];

    // In the order of the columns; times in epoch milliseconds, 0 for none.
    private readonly record struct Row(
        long Id, InfluencerStatus Status, long Since, long AddedAt, long AddedVersion, long RemovedVersion, NotFoundStreak Streak)
    {
        public static Row From(NpgsqlDataReader reader) => new(
            reader.GetInt64(0), (InfluencerStatus)reader.GetInt16(1), Moments.Ms(reader.GetDateTime(2)), MsOrZero(reader, 3), reader.GetInt64(4), reader.GetInt64(5),
            new NotFoundStreak(
                TurnedAt: MsOrZero(reader, 9), First: MsOrZero(reader, 7), Last: MsOrZero(reader, 8), Answers: reader.GetInt32(6), Tries: reader.GetInt32(10), NextTry: MsOrZero(reader, 11)));

        public Member ToMember(IEnumerable<(long From, InfluencerStatus Status)> past) => new(Id, past.Append((Since, Status)))
        {
            AddedAt = AddedAt,
            AddedVersion = AddedVersion,
            RemovedVersion = RemovedVersion,
            Streak = Streak,
        };

        private static long MsOrZero(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? 0 : Moments.Ms(reader.GetDateTime(column));
    }
}
