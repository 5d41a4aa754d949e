using CsCheck;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Leaderboard;

/// <summary>Pages, with and without the suspicious, beside a plain sort of all.</summary>
public sealed class LeaderboardPageTests
{
    // Few counts for many ids, so that most are equal to others; up to a trillion, so that what is added up is large.
    private static readonly Gen<LatestPoint> Change = Gen.Select(
        Gen.Long[1, 60], Gen.OneOf(Gen.Long[0, 6], Gen.Const(1_000_000_000_000L)), Gen.Long[0, 9], Gen.Frequency((6, Gen.Const<byte>(1)), (1, Gen.Byte[0, 3])),
        (id, followers, minute, status) =>
            new LatestPoint(id, minute == 0 ? 0 : followers, 1, minute * 60_000, minute == 0 ? 0 : minute * 60_000 + 5, (InfluencerStatus)status));

    private static readonly Gen<SuspicionFlag> Flag = Gen.Select(Gen.Long[1, 60], Gen.Bool, Gen.Long[1, 20], (id, isSuspicious, at) => new SuspicionFlag(id, isSuspicious, at));

    // A step is a change or a flag, in any order: a flag may come first.
    private static readonly Gen<(LatestPoint? Change, SuspicionFlag? Flag)[]> Steps = Gen.OneOf(
        Change.Select(change => ((LatestPoint?)change, (SuspicionFlag?)null)), Flag.Select(flag => ((LatestPoint?)null, (SuspicionFlag?)flag))).Array[0, 400];

    private readonly InfluencerLeaderboard _leaderboard = new(new FakeTimeProvider());

    [Fact]
    public void Pages_RandomChangesAndFlags_AgreeWithASort() =>
        Gen.Select(Steps, Gen.Int[0, 400], Gen.Int[1, 30], Gen.Int[0, 70]).Sample((steps, loaded, limit, offset) =>
        {
            var leaderboard = new InfluencerLeaderboard(new FakeTimeProvider());
            var model = new Model();
            for (var i = 0; i < steps.Length; i++)
            {
                if (i == loaded)
                    leaderboard.CaughtUp();
                model.Take(steps[i]);
                if (steps[i].Flag is { } flag)
                    leaderboard.Flag([flag]);
                else if (i < loaded)
                    leaderboard.Load([steps[i].Change!.Value]);
                else
                    leaderboard.Apply([steps[i].Change!.Value]);
            }
            if (loaded >= steps.Length)
                leaderboard.CaughtUp();

            leaderboard.FlagsCaughtUp();
            leaderboard.Summarize().Suspicious.ShouldBe(model.Flags.Count == 0 ? null : model.Ranked(without: false).Count(line => line.Suspicious == true));
            foreach (var without in (bool[])[false, true])
                ShouldAgree(leaderboard, model.Ranked(without), offset, limit, without);
            foreach (var id in Enumerable.Range(1, 60))
            {
                if (leaderboard.Find(id) is { } standing)
                    (standing.Suspicious, standing.SuspicionCheckedAt).ShouldBe(model.Flags.TryGetValue(id, out var flag) ? (flag.IsSuspicious, flag.CheckedAt) : (null, null));
            }
        }, iter: 1000);

    private static void ShouldAgree(InfluencerLeaderboard leaderboard, List<Line> expected, int offset, int limit, bool without)
    {
        var page = leaderboard.ReadPage(offset, limit, without);
        (page.Total, page.Offset).ShouldBe((expected.Count, offset));
        page.Lines.Select(Line.Of).ShouldBe(expected.Skip(offset).Take(limit));
        leaderboard.ReadPage(0, 100, without).Lines.Select(Line.Of).ShouldBe(expected);
        for (var id = 1; id <= 61; id++)
        {
            var around = leaderboard.ReadAround(id, limit, without);
            var at = expected.FindIndex(line => line.Id == id);
            if (at < 0)
            {
                around.ShouldBeNull();
                continue;
            }
            around.ShouldNotBeNull().Lines.Select(Line.Of).ShouldBe(expected.Skip(around.Offset).Take(limit));
            around.Lines.Count.ShouldBe(Math.Min(limit, expected.Count));
            around.Offset.ShouldBe(Math.Max(0, Math.Min(at - limit / 2, expected.Count - limit)));
        }
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void ReadPage_ManyLeftOut_AgreesWithASort(double share)
    {
        // Suspicious ones in long runs as well as one by one, and equal counts across both.
        const int Count = 30_000;
        var random = new Random(5);
        var points = Enumerable.Range(1, Count).Select(id => Point(id, random.Next(2000))).ToArray();
        _leaderboard.Load(points);
        _leaderboard.Flag([.. points.Where(point => random.NextDouble() < share || point.FollowerCount is > 500 and < 900)
            .Select(point => new SuspicionFlag(point.InfluencerId, true, 1))]);
        _leaderboard.CaughtUp();
        var clean = points.Where(point => _leaderboard.Find(point.InfluencerId)!.Value.Suspicious is null)
            .OrderByDescending(point => point.FollowerCount).ThenBy(point => point.InfluencerId).ToList();
        for (var offset = 0; offset < clean.Count; offset += 1 + clean.Count / 20)
        {
            var page = _leaderboard.ReadPage(offset, 1000, withoutSuspicious: true);
            page.Total.ShouldBe(clean.Count);
            page.Lines.Select(line => line.Latest).ShouldBe(clean.Skip(offset).Take(1000));
            page.Lines[0].Rank.ShouldBe(1 + clean.Count(point => point.FollowerCount > page.Lines[0].Latest.FollowerCount));
        }
    }

    [Fact]
    public void Flag_AnOlderOneComesLater_IsTheLastWordOfTheStore()
    {
        _leaderboard.Apply([Point(1, 10), Point(2, 5)]);
        _leaderboard.Flag([new SuspicionFlag(1, true, 200)]);
        _leaderboard.ReadPage(0, 10, withoutSuspicious: true).Lines.Select(line => (line.Rank, line.Latest.InfluencerId)).ShouldBe([(1, 2L)]);
        // What a clock ahead had dated gives way in the store.
        _leaderboard.Flag([new SuspicionFlag(1, false, 199)]);
        _leaderboard.ReadPage(0, 10, withoutSuspicious: true).Lines.Count.ShouldBe(2);
        _leaderboard.FlagsCaughtUp();
        _leaderboard.Summarize().Suspicious.ShouldBe(0);
    }

    [Fact]
    public void ReadPage_BehindTheEnd_IsEmptyWithItsTotal()
    {
        _leaderboard.Apply([Point(1, 10)]);
        var page = _leaderboard.ReadPage(100_000_000, 1000, withoutSuspicious: false);
        (page.Total, page.Lines.Count).ShouldBe((1, 0));
    }

    [Fact]
    public void Summarize_ATrillionEach_StaysExact()
    {
        const long Trillion = 1_000_000_000_000;
        _leaderboard.Apply([.. Enumerable.Range(1, 20_000).Select(id => Point(id, Trillion - id % 2))]);
        _leaderboard.Summarize().AverageFollowerCount.ShouldBe(Trillion - 0.5);
        _leaderboard.ReadPage(0, 1, withoutSuspicious: false).Lines[0].Latest.FollowerCount.ShouldBe(Trillion);
    }

    [Fact]
    public async Task Flag_BesideChangesAndReaders_LosesNothing()
    {
        const int Count = 2000;
        _leaderboard.Apply([.. Enumerable.Range(1, Count).Select(id => Point(id, id))]);
        var token = TestContext.Current.CancellationToken;
        var writer = Task.Run(() =>
        {
            for (var round = 2; round < 100; round++)
                _leaderboard.Apply([.. Enumerable.Range(1, Count).Select(id => Point(id, (id + round * 7) % Count, round))]);
        }, token);
        var flagger = Task.Run(() =>
        {
            for (var round = 1; round < 100; round++)
                _leaderboard.Flag([.. Enumerable.Range(1, Count).Select(id => new SuspicionFlag(id, (id + round) % 3 == 0, round))]);
        }, token);
        while (!writer.IsCompleted || !flagger.IsCompleted)
        {
            var page = _leaderboard.ReadPage(0, 500, withoutSuspicious: true);
            page.Lines.Count.ShouldBe(500);
            page.Lines.ShouldAllBe(line => line.Suspicious != true);
            page.Lines.Zip(page.Lines.Skip(1)).ShouldAllBe(pair => pair.First.Latest.FollowerCount >= pair.Second.Latest.FollowerCount);
        }
        await Task.WhenAll(writer, flagger);
        _leaderboard.FlagsCaughtUp();
        _leaderboard.Summarize().Suspicious.ShouldBe(Enumerable.Range(1, Count).Count(id => (id + 99) % 3 == 0));
    }

    private static LatestPoint Point(long id, long followers, int minute = 1) =>
        new(id, followers, 10, minute * 60_000L, minute * 60_000L + 5, InfluencerStatus.Tracked);

    private readonly record struct Line(int Rank, long Id, long Followers, bool? Suspicious)
    {
        public static Line Of(RankedInfluencer line) => new(line.Rank, line.Latest.InfluencerId, line.Latest.FollowerCount, line.Suspicious);
    }

    private sealed class Model
    {
        private readonly Dictionary<long, LatestPoint> _latest = [];

        public Dictionary<long, SuspicionFlag> Flags { get; } = [];

        public void Take((LatestPoint? Change, SuspicionFlag? Flag) step)
        {
            if (step.Flag is { } flag)
                Flags[flag.InfluencerId] = flag;
            if (step.Change is { } change)
            {
                _latest[change.InfluencerId] = _latest.TryGetValue(change.InfluencerId, out var old) && (change.Slot == 0 || change.Slot < old.Slot)
                    ? old with { Status = change.Status }
                    : change;
            }
        }

        public List<Line> Ranked(bool without)
        {
            var ranked = _latest.Values.Where(point => point.Slot > 0 && point.Status.IsOnRoster())
                .Select(point => new Line(0, point.InfluencerId, point.FollowerCount, Flags.TryGetValue(point.InfluencerId, out var flag) ? flag.IsSuspicious : null))
                .Where(line => !without || line.Suspicious != true)
                .OrderByDescending(line => line.Followers).ThenBy(line => line.Id).ToList();
            return [.. ranked.Select(line => line with { Rank = 1 + ranked.Count(other => other.Followers > line.Followers) })];
        }
    }
}
