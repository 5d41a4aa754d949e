using System.Buffers;
using System.Runtime.CompilerServices;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Ranks;

namespace InfluencerAnalytics.Host.Api.Timelines;

/// <summary>Streams rows of CSV of one influencer or of all, in any resolution, holding one page at a time.</summary>
internal sealed class CsvSource(IDataPointStore store, IDayRankStore ranks)
{
    public const string RawHeader = "id,username,time,retrievedAt,followerCount,followingCount,followerRatio\r\n";
    public const string RollupHeader = "id,time,points,followerCount,followingCount,followerRatio,followerMin,followerMax\r\n";
    public const string RankedHeader = "id,time,points,followerCount,followingCount,followerRatio,followerMin,followerMax,rank,rankOf\r\n";

    public static void Write(in DataPoint point, IBufferWriter<byte> to)
    {
        var row = new CsvRow(to);
        row.Add(point.InfluencerId);
        row.Add(point.Username);
        row.AddTime(point.Slot);
        row.AddTime(point.RetrievedAt);
        row.Add(point.FollowerCount);
        row.Add(point.FollowingCount);
        row.Add(point.FollowerRatio);
        row.End();
    }

    public static void Write(in Rollup rollup, IBufferWriter<byte> to)
    {
        var row = new CsvRow(to);
        AddRollup(ref row, rollup);
        row.End();
    }

    public static void Write(in RankedDay day, IBufferWriter<byte> to)
    {
        var row = new CsvRow(to);
        AddRollup(ref row, day.Rollup);
        row.Add(day.Rank?.Rank);
        row.Add(day.Rank?.RankOf);
        row.End();
    }

    private static void AddRollup(ref CsvRow row, in Rollup rollup)
    {
        row.Add(rollup.InfluencerId);
        row.AddTime(rollup.Start);
        row.Add((long)rollup.Count);
        row.Add(rollup.Followers.Last);
        row.Add(rollup.Following.Last);
        row.Add(DataPoint.Ratio(rollup.Followers.Last, rollup.Following.Last));
        row.Add(rollup.Followers.Min);
        row.Add(rollup.Followers.Max);
    }

    /// <summary>The points of one influencer, or of all, by day and then id, when it is null.</summary>
    public IAsyncEnumerable<DataPoint> PointsAsync(long? id, TimeRange range, CancellationToken cancellationToken) =>
        id is { } one ? PointsOfAsync(one, range, cancellationToken) : store.ReadAllPointsAsync(range.Start, range.End, cancellationToken);

    /// <summary>The roll-ups of one influencer, or of all, by period and then id: stored ones of hours and days, made from points below that (no bucket of those crosses a day).</summary>
    public IAsyncEnumerable<Rollup> RollupsAsync(long? id, TimeRange range, Resolution resolution, CancellationToken cancellationToken)
    {
        var start = Resolutions.Floor(resolution, range.Start);
        if (Resolutions.PeriodOf(resolution) is not { } period)
        {
            var step = Resolutions.StepMs(resolution);
            var whole = new TimeRange(start, Resolutions.Floor(resolution, range.End) + step - 1);
            return RollUpAsync(PointsAsync(id, whole, cancellationToken), step, cancellationToken);
        }
        return id is { } one
            ? RollupsOfAsync(one, period, range with { Start = start }, cancellationToken)
            : store.ReadAllRollupsAsync(period, start, range.End, cancellationToken);
    }

    /// <summary>The days of one influencer, each with its rank where that is known.</summary>
    public async IAsyncEnumerable<RankedDay> RankedDaysAsync(long id, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = Resolutions.Floor(Resolution.Day, range.Start);
        var days = await store.ReadRollupsAsync(id, RollupPeriod.Day, start, range.End, cancellationToken);
        // Behind the counts: the rank of one that changes in between is not known.
        var known = (await ranks.ReadDayRanksAsync(id, start, range.End, cancellationToken)).ToDictionary(static rank => rank.Day);
        foreach (var rollup in days)
            yield return new RankedDay(rollup, known.TryGetValue(rollup.Start, out var rank) ? rank : null);
    }

    private async IAsyncEnumerable<DataPoint> PointsOfAsync(long id, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in store.ReadPagesAsync(id, range, cancellationToken))
        {
            foreach (var point in page)
                yield return point;
        }
    }

    private async IAsyncEnumerable<Rollup> RollupsOfAsync(
        long id, RollupPeriod period, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var rollup in await store.ReadRollupsAsync(id, period, range.Start, range.End, cancellationToken))
            yield return rollup;
    }

    private static async IAsyncEnumerable<Rollup> RollUpAsync(
        IAsyncEnumerable<DataPoint> points, long stepMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Rollup? current = null;
        await foreach (var point in points.WithCancellation(cancellationToken))
        {
            var start = point.Slot - point.Slot % stepMs;
            if (current is { } open && open.InfluencerId == point.InfluencerId && open.Start == start)
            {
                current = open.Add(point.FollowerCount, point.FollowingCount);
                continue;
            }
            if (current is { } done)
                yield return done;
            current = new Rollup(point.InfluencerId, default, start, 1, RollupColumn.Of(point.FollowerCount), RollupColumn.Of(point.FollowingCount));
        }
        if (current is { } last)
            yield return last;
    }
}
