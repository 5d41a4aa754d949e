using System.Collections.Frozen;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Seeding;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Postgres.Roster;

/// <summary>Reads what fetchers need, as what changed on top of what they know. Safe for concurrent use.</summary>
internal sealed class RosterSnapshots(PostgresDatabase database)
{
    public async ValueTask<RosterSnapshot?> ReadAsync(RosterSnapshot known, CancellationToken cancellationToken)
    {
        await Generations.MendMomentsAsync(database, cancellationToken);
        return await ReadNewsAsync(known, cancellationToken);
    }

    private ValueTask<RosterSnapshot?> ReadNewsAsync(RosterSnapshot known, CancellationToken cancellationToken) => database.UseAsync(async (connection, cancel) =>
    {
        // One snapshot of the database for all of it.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        var version = await connection.GetAsync<long>("SELECT roster_version FROM influencer_analytics.state", [], cancel);
        if (version == known.Version)
            return null;
        var sealings = await Generations.ReadKeptAsync(connection, cancel);
        var since = await Generations.ReadSettledVersionAsync(connection, cancel);
        var news = await connection.ListAsync(
            "SELECT influencer_id, status, next_try FROM influencer_analytics.roster WHERE changed_version > $1 AND (status = 2 OR $1 >= 0)",
            [known.Version], static reader => new News(
                reader.GetInt64(0), (InfluencerStatus)reader.GetInt16(1), reader.IsDBNull(2) ? 0 : Moments.Ms(reader.GetDateTime(2))), cancel);
        var removed = await RemovedAsync();
        var gone = known.GoneUntil.ToDictionary();
        foreach (var one in news)
        {
            if (one.Status == InfluencerStatus.Gone)
                gone[one.Id] = one.NextTry;
            else
                gone.Remove(one.Id);
        }
        return new RosterSnapshot(version, removed, gone.ToFrozenDictionary(), sealings);

        // Which of the removed still matter goes by the sealings: those are few, and read whole.
        async Task<FrozenSet<long>> RemovedAsync() => (await connection.ListAsync(
            "SELECT influencer_id FROM influencer_analytics.roster WHERE status = 3 AND removed_version > $1", [since], static reader => reader.GetInt64(0), cancel)).ToFrozenSet();
    }, cancellationToken);

    private readonly record struct News(long Id, InfluencerStatus Status, long NextTry);
}
