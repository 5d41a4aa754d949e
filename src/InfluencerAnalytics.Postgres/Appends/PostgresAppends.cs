using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Latest;
using InfluencerAnalytics.Postgres.Rollups;
using InfluencerAnalytics.Postgres.Roster;
using InfluencerAnalytics.Postgres.Seeding;
using InfluencerAnalytics.Postgres.Slots;
using InfluencerAnalytics.Stores.Points;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Appends;

/// <summary>
/// Writes batches of data points and misses, each call as one transaction. What is plain (readings and misses of those who are tracked) is written beside other processes that do
/// the same; whatever changes the roster is written alone. Safe for concurrent use.
/// </summary>
internal sealed class PostgresAppends(PostgresDatabase database, Partitions partitions, ForeignNotice foreign, UsernameWriter usernames, Ages ages)
{
    private readonly PointWriter _points = new();
    private readonly PlainMembers _plain = new();

    public async ValueTask<AppendResult> AppendAsync(IReadOnlyList<DataPointBatch> batches, CancellationToken cancellationToken)
    {
        var input = AppendInput.Of(batches);
        if (input.Slots.Length == 0)
            return default;
        var shared = input.NotFound.Any() ? null : await TryAsync(input, RosterUse.Shared, cancellationToken);
        var (result, stored) = shared ?? (await TryAsync(input, RosterUse.Alone, cancellationToken))!.Value;
        await TakeBackMissesAsync(input, stored, cancellationToken);
        await usernames.NoteAsync(stored, cancellationToken);
        return result;
    }

    // Of a reading and the miss of the same key that are written side by side, neither sees the other before both are committed: whoever comes second finds both. If this process
    // ends in between, its messages come again, and bring it here.
    private async ValueTask TakeBackMissesAsync(AppendInput input, IReadOnlyList<DataPoint> stored, CancellationToken cancellationToken)
    {
        if (await database.UseAsync((connection, cancel) => MissRows.AreAnyAsync(connection, input.Slots, cancel), cancellationToken))
            await database.WriteAsync(RosterUse.None, async (connection, cancel) =>
            {
                var counts = new SlotCounts();
                var read = await MissRows.FindReadAsync(connection, input.Misses.Select(static miss => (miss.Slot, miss.Id)), cancel);
                await MissRows.TakeBackAsync(connection, [.. read.Concat(stored.Select(static point => (point.Slot, point.InfluencerId))).Distinct()], counts, cancel);
                await using var batch = connection.CreateBatch();
                counts.Save(batch, database.Kind!.Writer);
                return batch.BatchCommands.Count == 0 ? 0 : await batch.ExecuteNonQueryAsync(cancel);
            }, cancellationToken);
    }

    // With the points that are stored now, whether by this or before. Null when it has to be done alone, and nothing was.
    private ValueTask<(AppendResult Result, IReadOnlyList<DataPoint> Stored)?> TryAsync(AppendInput input, RosterUse use, CancellationToken cancellationToken) =>
        database.WriteAsync<(AppendResult, IReadOnlyList<DataPoint>)?>(use, async (connection, cancel) =>
        {
            var situation = await AppendSituation.ReadAsync(connection, input, _plain, cancel);
            // A reading of one that was not found, or was never heard of, changes the roster.
            if (use == RosterUse.Shared && situation.Members.Values.Any(static member => member.LastNotFound != 0 || member.Before.Count == 0))
                return null;
            var oldest = database.Options.RawRetention is { } kept ? Moments.Ms(ages.Now(Moments.Of(situation.Now)) - kept) : 0;
            var (wanted, refused) = foreign.Allow([.. input.Points.Where(point => point.Slot >= oldest)], situation);
            await partitions.EnsureAsync(connection, PartitionedSeries.DataPoints, [.. wanted.Select(static point => Moments.Of(point.Slot)).Distinct()], cancel);
            var inserted = await WritePointsAsync(connection, wanted, cancel);
            await WriteRestAsync(connection, input, oldest, inserted, situation, use, cancel);
            var expired = input.Batches.Where(batch => batch.Slot < oldest).Sum(static batch => batch.Points.Count);
            return (new AppendResult(inserted.Count, input.Given - inserted.Count - expired - refused, expired, refused), wanted);
        }, cancellationToken);

    private async Task<IReadOnlyList<DataPoint>> WritePointsAsync(NpgsqlConnection connection, IReadOnlyList<DataPoint> wanted, CancellationToken cancellationToken)
    {
        try
        {
            return await _points.WriteAsync(connection, wanted, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.CheckViolation)
        {
            // No partition takes it: the next write makes it.
            partitions.Forget();
            throw;
        }
    }

    private async Task WriteRestAsync(
        NpgsqlConnection connection, AppendInput input, long oldest, IReadOnlyList<DataPoint> inserted, AppendSituation situation, RosterUse use, CancellationToken cancellationToken)
    {
        var writer = database.Kind!.Writer;
        var counts = new SlotCounts();
        IReadOnlyList<DataPointBatch> batches = [.. input.Batches.Where(batch => batch.Slot >= oldest)];
        if (use == RosterUse.Alone)
            await new RosterEffects(connection, situation, database.Options, counts).ApplyAsync(batches, inserted, cancellationToken);
        await MissRows.WriteAsync(connection, MissesThatCount(input, oldest, situation), counts, cancellationToken);
        var (slotOfCount, count) = (0L, new SlotCount());
        foreach (var point in inserted)
        {
            if (point.Slot != slotOfCount)
                (slotOfCount, count) = (point.Slot, counts.Of(point.Slot));
            count.Stored++;
            count.FollowerSum += point.FollowerCount;
            count.FollowingSum += point.FollowingCount;
            if (situation.At(point.InfluencerId, point.Slot) == InfluencerStatus.Tracked)
                count.Covered++;
        }
        await using var batch = connection.CreateBatch();
        var slots = batches.DistinctBy(static one => one.Slot).OrderBy(static one => one.Slot).ToList();
        batch.Add(SlotStore.MakeSlots, slots.Select(static one => Moments.Of(one.Slot)).ToArray(), slots.Select(static one => (int)one.Interval.TotalSeconds).ToArray());
        counts.Save(batch, writer);
        LateHours.Note(batch, inserted, situation.RollingUntil);
        ChangeRows.Save(batch, inserted, situation.StatusOf);
        await SaveMembersAsync(connection, batch, situation, cancellationToken);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    // Of those who were tracked when the slot began and have no reading of it here, each with its last reason.
    private static Dictionary<(long Slot, long Id), MissReason> MissesThatCount(AppendInput input, long oldest, AppendSituation situation)
    {
        var missed = new Dictionary<(long Slot, long Id), MissReason>();
        foreach (var (slot, id, reason) in input.Misses.Where(miss => miss.Slot >= oldest && situation.At(miss.Id, miss.Slot) == InfluencerStatus.Tracked))
            missed[(slot, id)] = reason;
        if (missed.Count > 0)
        {
            foreach (var point in input.Points)
                missed.Remove((point.Slot, point.InfluencerId));
        }
        return missed;
    }

    private static async Task SaveMembersAsync(NpgsqlConnection connection, NpgsqlBatch batch, AppendSituation situation, CancellationToken cancellationToken)
    {
        var changed = situation.Members.Values.Where(static member => member.IsChanged).ToList();
        if (changed.Count == 0)
            return;
        var (version, _) = await StateRow.NextVersionAsync(connection, cancellationToken);
        MemberRows.Save(batch, changed, version);
        batch.Add(
            "UPDATE influencer_analytics.state SET roster_version = $1, foreign_influencers = foreign_influencers + $2",
            version, changed.LongCount(static member => member.Before.Count == 0));
    }
}
