using CsCheck;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Leaderboard.Changes;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Leaderboard.Changes;

public sealed class MoverListsTests
{
    private const long Minute = 60_000;
    private const long Now = 100_000 * Minute;

    private readonly FakeTimeProvider _time = new();
    private readonly InfluencerLeaderboard _leaderboard;
    private readonly ChangeBases _bases = new();
    private readonly Movers _movers;

    public MoverListsTests()
    {
        _leaderboard = new InfluencerLeaderboard(_time);
        _movers = new Movers(_leaderboard, _bases, _time);
    }

    // Small numbers, so that many changes are equal, zero, or from zero; readings of now, of some time ago, and of long ago.
    [Fact]
    public void Of_RandomCounts_AgreesWithASort() =>
        Gen.Select(Gen.OneOf(Gen.Long[0, 5], Gen.Const(1_000_000_000_000L)), Gen.Long[-1, 5], Gen.Int[0, 8], Gen.Frequency((8, Gen.Const<byte>(1)), (1, Gen.Const<byte>(3)))).Array[0, 60]
            .Sample(influencers =>
            {
                var leaderboard = new InfluencerLeaderboard(_time);
                leaderboard.Apply([new LatestPoint(9999, 0, 0, Now, Now, InfluencerStatus.Tracked)]);
                var column = new FollowerColumn(new FollowerAnchors());
                var expected = new List<Mover>();
                var leftOut = 1;
                for (var i = 0; i < influencers.Length; i++)
                {
                    var (followers, before, minutesAgo, status) = influencers[i];
                    leaderboard.Apply([new LatestPoint(i + 1, followers, 0, Now - minutesAgo * Minute, Now, (InfluencerStatus)status)]);
                    if (before >= 0)
                        column.Set(Place(leaderboard, i + 1), before);
                    if (status != 1)
                        continue;
                    if (before >= 0 && minutesAgo <= 6)
                        expected.Add(new Mover(i + 1, followers, before, null));
                    else
                        leftOut++;
                }
                var lists = MoverLists.Of(leaderboard, new ChangeBase(Now - 60 * Minute, 6 * Minute, column), Now);
                (lists.Since, lists.AsOf, lists.Compared, lists.LeftOut).ShouldBe((Now - 60 * Minute, Now, expected.Count, leftOut));
                lists.Up.ShouldBe(expected.Where(one => one.Change > 0).OrderByDescending(one => one.Change).ThenBy(one => one.InfluencerId));
                lists.Down.ShouldBe(expected.Where(one => one.Change < 0).OrderBy(one => one.Change).ThenBy(one => one.InfluencerId));
                lists.RelativeUp.ShouldBe(expected.Where(one => one.Change > 0 && one.Before > 0).OrderByDescending(one => one.RelativeChange).ThenBy(one => one.InfluencerId));
                lists.RelativeDown.ShouldBe(expected.Where(one => one.Change < 0).OrderBy(one => one.RelativeChange).ThenBy(one => one.InfluencerId));
            }, iter: 500);

    [Fact]
    public void Of_MoreThanAListHolds_GivesTheGreatest()
    {
        const int Count = 20_000;
        var column = new FollowerColumn(new FollowerAnchors());
        var random = new Random(3);
        var movers = new List<Mover>();
        for (var id = 1; id <= Count; id++)
        {
            var (followers, before) = (random.NextInt64(100_000), random.NextInt64(1, 100_000));
            _leaderboard.Apply([new LatestPoint(id, followers, 0, Now, Now, InfluencerStatus.Tracked)]);
            column.Set(Place(_leaderboard, id), before);
            movers.Add(new Mover(id, followers, before, null));
        }
        var lists = MoverLists.Of(_leaderboard, new ChangeBase(Now, 0, column), Now);
        lists.Up.ShouldBe(movers.OrderByDescending(one => one.Change).ThenBy(one => one.InfluencerId).Take(MoverLists.MaxLength));
        lists.RelativeDown.ShouldBe(movers.OrderBy(one => one.RelativeChange).ThenBy(one => one.InfluencerId).Take(MoverLists.MaxLength));
    }

    [Fact]
    public void Read_Again_LooksAnewOnceTheLeaderboardHasFollowed()
    {
        Read(10, before: 4).ShouldBe([6]);
        Apply(11);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        _leaderboard.CaughtUp();
        // Within the second: what was found is answered.
        Read().ShouldBe([6]);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Read().ShouldBe([7]);
        Apply(12);
        _time.Advance(TimeSpan.FromSeconds(1));
        // The leaderboard is level with the store as long ago as it was.
        Read().ShouldBe([7]);
        _leaderboard.CaughtUp();
        Read().ShouldBe([8]);
    }

    [Fact]
    public void Read_NewBase_IsTakenAtOnce()
    {
        Read(10, before: 4).ShouldBe([6]);
        Read(10, before: 5).ShouldBe([5]);
    }

    [Fact]
    public void Read_BaseOfTooLongAgo_IsNone()
    {
        Read(10, before: 4);
        _leaderboard.Apply([new LatestPoint(2, 1, 0, Now + 91 * Minute, Now, InfluencerStatus.Tracked)]);
        _movers.Read(ChangeWindow.Hour).Problem.ShouldNotBeNull().ShouldContain("too long ago");
        _bases.CannotRenew(ChangeWindow.Hour, "The store is away.");
        _movers.Read(ChangeWindow.Hour).Problem.ShouldNotBeNull().ShouldContain("The store is away.");
    }

    [Fact]
    public void Read_Flagged_SaysSo()
    {
        _leaderboard.Flag([new SuspicionFlag(1, true, 1)]);
        Read(10, before: 4);
        _movers.Read(ChangeWindow.Hour).Lists!.Up.ShouldHaveSingleItem().Suspicious.ShouldBe(true);
    }

    private static int Place(InfluencerLeaderboard leaderboard, long id)
    {
        Span<int> place = stackalloc int[1];
        leaderboard.FindPlaces([id], place);
        return place[0];
    }

    private void Apply(long followers) => _leaderboard.Apply([new LatestPoint(1, followers, 0, Now, Now, InfluencerStatus.Tracked)]);

    private long[] Read(long followers, long before)
    {
        Apply(followers);
        var column = new FollowerColumn(new FollowerAnchors());
        column.Set(Place(_leaderboard, 1), before);
        _bases.Set(ChangeWindow.Hour, new ChangeBase(Now - 60 * Minute, 6 * Minute, column));
        return Read();
    }

    private long[] Read() => [.. _movers.Read(ChangeWindow.Hour).Lists!.Up.Select(mover => mover.Change)];
}
