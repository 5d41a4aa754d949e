using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Roster;
using InfluencerAnalytics.Postgres.Slots;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Appends;

/// <summary>
/// What readings and answers "not found" of one append make of the roster: gone, and tracked again with the next reading; unless so many turn at once that it is the provider's
/// fault. Used once, within a write that has the roster alone.
/// </summary>
internal sealed class RosterEffects(NpgsqlConnection connection, AppendSituation situation, PostgresOptions options, SlotCounts counts)
{
    private readonly List<Member> _gone = [];
    private long _goneFrom = long.MaxValue;
    private Dictionary<long, long> _newest = [];

    public async Task ApplyAsync(IReadOnlyList<DataPointBatch> batches, IReadOnlyList<DataPoint> inserted, CancellationToken cancellationToken)
    {
        await ReadNewestAsync(batches, cancellationToken);
        var judge = await OutageJudge.ReadAsync(connection, situation.Now, batches.Count > 0 ? batches[^1].Interval : TimeSpan.FromMinutes(1), options.GoneAfter, cancellationToken);
        var insertedKeys = inserted.Select(static point => (point.Slot, point.InfluencerId)).ToHashSet();
        foreach (var batch in batches)
        {
            foreach (var point in batch.Points)
            {
                if (insertedKeys.Contains((point.Slot, point.InfluencerId)))
                    Read(point, batch, judge);
            }
            foreach (var miss in batch.Missed.Where(static miss => miss.Reason == MissReason.NotFound))
                NotFound(miss.InfluencerId, batch, judge);
            if (judge.IsOutage)
                await BringBackAsync(batch, judge, cancellationToken);
        }
        if (_gone.Count > 0)
            await UntrackedMisses.DropAsync(connection, counts, _gone, _goneFrom, cancellationToken);
    }

    private void Read(DataPoint point, DataPointBatch batch, OutageJudge judge)
    {
        if (!situation.Members.TryGetValue(point.InfluencerId, out var member))
            return;
        if (member.Steps.Count == 0)
        {
            member.MakeForeign();
            return;
        }
        var turned = member.TurnedAt;
        member.Read(point.Slot, (long)batch.Interval.TotalMilliseconds);
        judge.Note(turned, member.TurnedAt);
    }

    private void NotFound(long id, DataPointBatch batch, OutageJudge judge)
    {
        if (!situation.Members.TryGetValue(id, out var member) || member.Steps.Count == 0 || _newest.GetValueOrDefault(id) >= batch.Slot)
            return;
        var turned = member.TurnedAt;
        member.NotFound(batch.Slot, batch.Interval, situation.Now);
        judge.Note(turned, member.TurnedAt);
        if (member.Status != InfluencerStatus.Tracked || member.NotFoundCount < options.GoneAfter || judge.IsOutage)
            return;
        member.Go(batch.Interval);
        _gone.Add(member);
        // Now, and not at the end: an outage that a later batch shows has it back by then.
        _goneFrom = Math.Min(_goneFrom, member.Steps[^1].From);
    }

    // Nobody becomes gone in an outage, and those who just did are asked at every slot again.
    private async Task BringBackAsync(DataPointBatch batch, OutageJudge judge, CancellationToken cancellationToken)
    {
        foreach (var (id, stored) in await MemberRows.LoadAsync(connection, "status = 2 AND turned_at >= $1", [Moments.Of(judge.WindowStart)], cancellationToken))
            situation.Members.TryAdd(id, stored);
        foreach (var member in situation.Members.Values)
        {
            if (member.Status == InfluencerStatus.Gone && member.TurnedAt >= judge.WindowStart)
                member.ComeBack(batch.Slot + (long)batch.Interval.TotalMilliseconds);
        }
    }

    // Up to which slot "not found" is old news.
    private async Task ReadNewestAsync(IReadOnlyList<DataPointBatch> batches, CancellationToken cancellationToken)
    {
        var notFound = (from batch in batches from miss in batch.Missed where miss.Reason == MissReason.NotFound select (batch.Slot, Id: miss.InfluencerId)).ToList();
        if (notFound.Count == 0)
            return;
        _newest = (await connection.ListAsync(
            "SELECT influencer_id, max(slot) FROM influencer_analytics.data_points WHERE influencer_id = ANY($1) AND slot >= $2 GROUP BY influencer_id",
            [notFound.Select(static miss => miss.Id).Distinct().ToArray(), Moments.Of(notFound.Min(static miss => miss.Slot))],
            static reader => (Id: reader.GetInt64(0), Slot: Moments.Ms(reader.GetDateTime(1))), cancellationToken)).ToDictionary(static one => one.Id, static one => one.Slot);
    }
}
