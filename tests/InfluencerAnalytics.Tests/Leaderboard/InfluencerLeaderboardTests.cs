using CsCheck;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Stores.Points;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Leaderboard;

public sealed class InfluencerLeaderboardTests
{
    private static readonly Gen<LatestPoint[]> Changes = Gen.Select(
        Gen.Long[1, 50], Gen.Long[0, 30], Gen.Long[0, 5], Gen.Long[0, 20], Gen.Byte[0, 3],
        (id, followers, following, minute, status) =>
            new LatestPoint(id, minute == 0 ? 0 : followers, minute == 0 ? 0 : following, minute * 60_000, minute == 0 ? 0 : minute * 60_000 + 17, (InfluencerStatus)status))
        .Array[0, 300];

    private readonly InfluencerLeaderboard _leaderboard = new(new FakeTimeProvider());

    [Fact]
    public void ApplyOrLoad_RandomChanges_AgreesWithModel() => Gen.Select(Changes, Gen.Int[0, 300]).Sample((changes, loaded) =>
    {
        var leaderboard = new InfluencerLeaderboard(new FakeTimeProvider());
        var model = new Dictionary<long, LatestPoint>();
        foreach (var change in changes)
        {
            model[change.InfluencerId] = model.TryGetValue(change.InfluencerId, out var old) && (change.Slot == 0 || change.Slot < old.Slot)
                ? old with { Status = change.Status }
                : change;
        }
        var split = Math.Min(loaded, changes.Length);
        leaderboard.Load(changes.AsSpan(0, split));
        leaderboard.CaughtUp();
        leaderboard.Apply(changes.AsSpan(split));

        var ranked = model.Values.Where(IsRanked).ToList();
        foreach (var (id, latest) in model)
        {
            int? rank = IsRanked(latest) ? 1 + ranked.Count(other => other.FollowerCount > latest.FollowerCount) : null;
            var isHeardOf = latest.Slot > 0 || latest.Status != InfluencerStatus.Unknown;
            leaderboard.Find(id).ShouldBe(isHeardOf ? new InfluencerStanding(latest, rank, ranked.Count, model.Values.Max(point => point.Slot)) : null);
        }
        leaderboard.Find(999).ShouldBeNull();

        var summary = leaderboard.Summarize();
        summary.Tracked.ShouldBe(model.Values.Count(point => point.Status == InfluencerStatus.Tracked));
        summary.Gone.ShouldBe(model.Values.Count(point => point.Status == InfluencerStatus.Gone));
        summary.Reporting.ShouldBe(ranked.Count);
        if (ranked.Count == 0)
        {
            summary.AverageFollowerCount.ShouldBeNull();
            return;
        }
        summary.AverageFollowerCount!.Value.ShouldBe(ranked.Average(point => (double)point.FollowerCount), 1e-9);
        summary.AverageFollowingCount!.Value.ShouldBe(ranked.Average(point => (double)point.FollowingCount), 1e-9);
    }, iter: 500);

    [Fact]
    public void Load_BeforeAllIsThere_RanksNobody()
    {
        _leaderboard.Load([new LatestPoint(1, 100, 1, 60_000, 60_000, InfluencerStatus.Tracked)]);
        _leaderboard.Find(1)!.Value.ShouldSatisfyAllConditions(standing => standing.Rank.ShouldBeNull(), standing => standing.Latest.FollowerCount.ShouldBe(100));
        _leaderboard.Summarize().AverageFollowerCount.ShouldBe(100);
        _leaderboard.Load([new LatestPoint(2, 200, 1, 60_000, 60_000, InfluencerStatus.Tracked), new LatestPoint(1, 300, 1, 120_000, 120_000, InfluencerStatus.Tracked)]);
        _leaderboard.CaughtUp();
        Ranks(1, 2).ShouldBe([1, 2]);
        _leaderboard.Find(1)!.Value.RankOf.ShouldBe(2);
    }

    [Fact]
    public void Find_EqualCounts_ShareTheRankAndTheNextOneSkips()
    {
        _leaderboard.Apply([Point(1, 300), Point(2, 200), Point(3, 200), Point(4, 100)]);
        Ranks(1, 2, 3, 4).ShouldBe([1, 2, 2, 4]);
    }

    [Fact]
    public void Apply_Removed_LeavesTheRanksAndKeepsItsLastPoint()
    {
        _leaderboard.Apply([Point(1, 300), Point(2, 200)]);
        _leaderboard.Apply([Point(1, 300) with { Status = InfluencerStatus.Removed }]);
        Ranks(1, 2).ShouldBe([null, 1]);
        _leaderboard.Find(1)!.Value.Latest.FollowerCount.ShouldBe(300);
        _leaderboard.Summarize().AverageFollowerCount.ShouldBe(200);
    }

    [Fact]
    public void Summarize_SumsBeyondDoublePrecision_AverageStaysExact()
    {
        // 10,001 times nearly 2^53: the sum has 67 bits, far more than a double or a long holds.
        for (var id = 1; id <= 10_001; id++)
            _leaderboard.Apply([Point(id, InfluencerIds.Max)]);
        _leaderboard.Summarize().AverageFollowerCount.ShouldBe(InfluencerIds.Max);
    }

    [Fact]
    public async Task Find_WhileChangesAreApplied_NeverSeesATornState()
    {
        // A thousand influencers rotate among the same thousand counts in steps of one lock's worth each, so any consistent state ranks within the size.
        const int Count = 1000;
        using var stop = new CancellationTokenSource();
        _leaderboard.Apply([.. Enumerable.Range(1, Count).Select(id => Point(id, id))]);
        var writer = Task.Run(() =>
        {
            for (var round = 2; round < 400; round++)
            {
                var changes = Enumerable.Range(1, Count).Select(id => Point(id, (id + round * 7) % Count + 1, round)).ToArray();
                _leaderboard.Apply(changes);
            }
        }, TestContext.Current.CancellationToken);
        var reads = 0L;
        while (!writer.IsCompleted || reads < 1000)
        {
            var standing = _leaderboard.Find(reads++ % Count + 1)!.Value;
            standing.RankOf.ShouldBe(Count);
            standing.Rank!.Value.ShouldBeInRange(1, Count);
            standing.Latest.FollowerCount.ShouldBe(standing.Latest.Slot == 60_000
                ? standing.Latest.InfluencerId
                : (standing.Latest.InfluencerId + standing.Latest.Slot / 60_000 * 7) % Count + 1);
        }
        await writer;
        _leaderboard.Summarize().AverageFollowerCount.ShouldBe((Count + 1) / 2.0);
    }

    [Fact]
    public void Apply_AMillionInfluencersTwice_RanksAsASortDoes()
    {
        const int Count = 1_000_000;
        var random = new Random(7);
        var leaderboard = new InfluencerLeaderboard(new FakeTimeProvider());
        var changes = new LatestPoint[1000];
        var followers = new long[Count];
        for (var round = 1; round <= 2; round++)
        {
            for (var at = 0; at < Count; at += changes.Length)
            {
                for (var i = 0; i < changes.Length; i++)
                    changes[i] = Point(1_000_000 + at + i, followers[at + i] = random.NextInt64(5000, 500_000), round);
                leaderboard.Apply(changes);
            }
        }

        var sorted = (long[])followers.Clone();
        Array.Sort(sorted);
        for (var i = 0; i < Count; i += 997)
        {
            // Competition rank: 1 + how many have more; equal counts share it.
            var more = Count - UpperBound(sorted, followers[i]);
            leaderboard.Find(1_000_000 + i)!.Value.Rank.ShouldBe(more + 1);
        }
        leaderboard.Summarize().Reporting.ShouldBe(Count);
    }

    private static int UpperBound(long[] sorted, long value)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] <= value)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private static bool IsRanked(LatestPoint point) =>
        point.Slot > 0 && (point.Status is InfluencerStatus.Tracked or InfluencerStatus.Gone);

    private static LatestPoint Point(long id, long followers, int minute = 1) =>
        new(id, followers, 10, minute * 60_000L, minute * 60_000L + 5, InfluencerStatus.Tracked);

    private int?[] Ranks(params long[] ids) => [.. ids.Select(id => _leaderboard.Find(id)!.Value.Rank)];
}
