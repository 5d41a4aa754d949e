using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Seeding;
using InfluencerAnalytics.Postgres.Slots;
using InfluencerAnalytics.Stores.Roster;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Roster;

/// <summary>Adds and removes influencers. Safe for concurrent use.</summary>
internal sealed class RosterWriter(PostgresDatabase database)
{
    public ValueTask<RosterAddResult> AddAsync(IReadOnlyList<long> ids, long expectedSealedGeneration, CancellationToken cancellationToken)
    {
        if (ids.FirstOrDefault(static id => !InfluencerIds.IsValid(id), 1) is var bad && !InfluencerIds.IsValid(bad))
            throw new ArgumentException($"{bad} is not the id of an influencer: {InfluencerIds.Form}.", nameof(ids));
        return database.WriteAsync(RosterUse.Alone, async (connection, cancel) =>
        {
            var last = await Generations.ReadLastAsync(connection, cancel);
            if ((last?.Generation ?? 0) != expectedSealedGeneration)
                return new RosterAddResult(false, 0, 0);
            long[] distinct = [.. ids.Distinct().Order()];
            var (version, now) = await StateRow.NextVersionAsync(connection, cancel);
            var known = await MemberRows.LoadAsync(connection, distinct, cancel);
            var wereForeign = 0;
            var added = new List<Member>();
            foreach (var id in distinct)
            {
                var member = known.GetValueOrDefault(id) ?? new Member(id, []);
                if (member.IsOnRoster)
                    continue;
                if (member.Before.Count > 0 && member.Status == InfluencerStatus.Unknown)
                    wereForeign++;
                member.Add(now, version);
                added.Add(member);
            }
            if (added.Count == 0)
                return new RosterAddResult(true, 0, ids.Count);
            await using var batch = connection.CreateBatch();
            await CountAheadAsync(connection, batch, added, now, cancel);
            MemberRows.Save(batch, added, version);
            batch.Add(
                "UPDATE influencer_analytics.state SET roster_version = $1, foreign_influencers = greatest(0, foreign_influencers - $2), added_shards = added_shards + $3",
                version, (long)wereForeign, last is null ? 0L : (ids.Count + last.ShardSize - 1) / last.ShardSize);
            await batch.ExecuteNonQueryAsync(cancel);
            return new RosterAddResult(true, added.Count, ids.Count - added.Count);
        }, cancellationToken);
    }

    public ValueTask<int> RemoveAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) => database.WriteAsync(RosterUse.Alone, async (connection, cancel) =>
    {
        var interval = await Generations.ReadIntervalAsync(connection, cancel);
        var (version, now) = await StateRow.NextVersionAsync(connection, cancel);
        var from = now - 2 * (long)interval.TotalMilliseconds + 1;
        var members = await MemberRows.LoadAsync(connection, "influencer_id = ANY($1) AND status IN (1, 2)", [ids.Distinct().ToArray()], cancel);
        if (members.Count == 0)
            return 0;
        var points = await PointsSinceAsync(connection, [.. members.Keys], from, cancel);
        foreach (var member in members.Values)
            member.Remove(from, points[member.Id], version);
        var counts = new SlotCounts();
        await UntrackedMisses.DropAsync(connection, counts, members.Values, from, cancel);
        await using var batch = connection.CreateBatch();
        MemberRows.Save(batch, members.Values, version);
        counts.Save(batch, database.Kind!.Writer);
        batch.Add("UPDATE influencer_analytics.state SET roster_version = $1", version);
        await batch.ExecuteNonQueryAsync(cancel);
        return members.Count;
    }, cancellationToken);

    // A point may come a little before its slot begins: it was none of the slot's then, and is now. Unless the influencer was on the roster when it came: then it was
    // counted, and still was when it was removed.
    private async Task CountAheadAsync(NpgsqlConnection connection, NpgsqlBatch batch, List<Member> added, long now, CancellationToken cancellationToken)
    {
        var withPast = added.Where(static member => member.Before.Count > 0).ToDictionary(static member => member.Id);
        if (withPast.Count == 0)
            return;
        var counts = new SlotCounts();
        foreach (var ahead in await PointsSinceAsync(connection, [.. withPast.Keys], now, cancellationToken))
        {
            var before = new Member(ahead.Key, withPast[ahead.Key].Before);
            foreach (var slot in ahead.Where(slot => before.At(slot) != InfluencerStatus.Tracked))
                counts.Of(slot).Covered++;
        }
        counts.Save(batch, database.Kind!.Writer);
    }

    private static async Task<ILookup<long, long>> PointsSinceAsync(NpgsqlConnection connection, long[] ids, long from, CancellationToken cancellationToken) =>
        (await connection.ListAsync(
            "SELECT influencer_id, slot FROM influencer_analytics.data_points WHERE influencer_id = ANY($1) AND slot >= $2", [ids, Moments.Of(from)],
            static reader => (Id: reader.GetInt64(0), Slot: Moments.Ms(reader.GetDateTime(1))), cancellationToken)).ToLookup(static point => point.Id, static point => point.Slot);
}
