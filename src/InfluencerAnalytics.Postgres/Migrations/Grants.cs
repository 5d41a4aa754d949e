namespace InfluencerAnalytics.Postgres.Migrations;

/// <summary>What each role of the program may do in the database, and no more: as SQL for its owner.</summary>
public static class Grants
{
    // None is updated, but they are locked in order before they are deleted, which takes the right to.
    private static readonly (string Rights, string Table) TakingBackMisses = ("UPDATE, DELETE", "misses");

    // Who adds to the roster, or changes it, counts what that does to the slots.
    private static readonly (string Rights, string Table)[] OfRoster =
    [
        ("UPDATE", "state"), ("INSERT, UPDATE", "roster"), ("INSERT, DELETE", "roster_past"), ("INSERT", "roster_counts"), ("INSERT", "changes"),
        ("INSERT, UPDATE", "slot_counts"), ("INSERT, UPDATE", "slot_misses"), TakingBackMisses,
    ];

    private static readonly (string Rights, string Table)[] OfDeadLetters = [("INSERT, DELETE", "dead_letters"), ("INSERT, UPDATE", "dead_letter_drops")];

    // Agreeing on settings, making records of slots, bringing a sealing from a clock that was ahead to now.
    private static readonly (string Rights, string Table)[] OfAll =
    [
        ("INSERT, UPDATE", "settings"), ("INSERT, UPDATE, DELETE", "leases"), ("INSERT, UPDATE, DELETE", "processes"), ("INSERT", "slots"), ("UPDATE", "generations"), ("UPDATE", "state"),
    ];

    private static readonly (string Rights, string Table)[] OfStoring =
    [
        ("INSERT", "data_points"), ("INSERT, UPDATE", "hours"), ("INSERT, UPDATE", "days"), ("INSERT, UPDATE, DELETE", "late_hours"), ("INSERT", "misses"), TakingBackMisses,
        ("INSERT, UPDATE", "last_points"), ("INSERT, UPDATE", "usernames"), ("DELETE", "changes"), ("DELETE", "slots"), ("DELETE", "slot_counts"), ("DELETE", "slot_misses"), ("DELETE", "roster_counts"),
        ("INSERT, UPDATE, DELETE", "slot_hours"), ("DELETE", "stale_slot_hours"), ("INSERT, UPDATE", "day_ranks"), ("INSERT, UPDATE, DELETE", "rank_days"),
        ("INSERT, UPDATE, DELETE", "watches"), ("UPDATE", "watch_progress"),
    ];

    private static readonly (string Rights, string Table)[] OfJudging =
        [("INSERT, UPDATE", "suspicions"), ("INSERT", "suspicion_changes"), ("INSERT, UPDATE", "suspicion_failures")];

    private static readonly Dictionary<string, (string Rights, string Table)[]> ByRole = new(StringComparer.Ordinal)
    {
        ["seeder"] = [.. OfAll, .. OfDeadLetters, ("INSERT", "generations")],
        // Whoever sends "add this influencer" to the queue of shards has it added by a fetcher.
        ["fetch"] = [.. OfAll, .. OfDeadLetters, .. OfRoster],
        ["ingest"] = [.. OfAll, .. OfDeadLetters, .. OfRoster, .. OfStoring],
        ["classify"] = [.. OfAll, .. OfDeadLetters, .. OfJudging],
        // An imported history is written by it.
        ["serve"] = [.. OfAll, .. OfDeadLetters, .. OfRoster, ("INSERT", "generations"), ("INSERT", "hours"), ("INSERT", "days")],
        ["up"] = [.. OfAll, .. OfDeadLetters, .. OfRoster, .. OfStoring, .. OfJudging, ("INSERT", "generations")],
    };

    /// <summary>The roles that there are grants for.</summary>
    public static IReadOnlyCollection<string> Roles => ByRole.Keys;

    /// <summary>The statements that give a database user what a role needs; to be run by the schema's owner after <c>db migrate</c>.</summary>
    /// <param name="role">One of <see cref="Roles"/>.</param>
    /// <param name="user">The database user that the role connects as.</param>
    public static IReadOnlyList<string> For(string role, string user)
    {
        var name = $"\"{user.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        return
        [
            $"GRANT USAGE ON SCHEMA influencer_analytics TO {name};",
            $"GRANT SELECT ON ALL TABLES IN SCHEMA influencer_analytics TO {name};",
            $"ALTER DEFAULT PRIVILEGES IN SCHEMA influencer_analytics GRANT SELECT ON TABLES TO {name};",
            $"GRANT USAGE ON SEQUENCE influencer_analytics.writers TO {name};",
            .. role is "ingest" or "serve" or "up"
                ? [$"GRANT EXECUTE ON FUNCTION influencer_analytics.make_partitions(text, interval, timestamptz, timestamptz) TO {name};"]
                : Array.Empty<string>(),
            .. role is "ingest" or "up" ? [$"GRANT EXECUTE ON FUNCTION influencer_analytics.drop_before(text, timestamptz) TO {name};"] : Array.Empty<string>(),
            .. ByRole[role].GroupBy(static grant => grant.Table).OrderBy(static table => table.Key, StringComparer.Ordinal).Select(table =>
                $"GRANT {string.Join(", ", table.SelectMany(static grant => grant.Rights.Split(", ")).Distinct().Order(StringComparer.Ordinal))} ON influencer_analytics.{table.Key} TO {name};"),
        ];
    }
}
