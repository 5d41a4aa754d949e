using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;
using InfluencerAnalytics.Tests.Fakes;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Tests.Leaderboard;

public sealed class SuspicionFollowerTests
{
    [Fact]
    public async Task Round_VerdictsBeforeAndAfter_AreToldOfAnInfluencer()
    {
        var time = new SteppableTime(Deployment.Midnight);
        var store = new FakeStore(time);
        var leaderboard = new InfluencerLeaderboard(time);
        var follower = new SuspicionFollower(leaderboard, store, new WorkerHealth(time), time, new ListLogger().For<SuspicionFollower>());
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await store.WriteVerdictsAsync([new SuspicionVerdict(1, true, now - 10, 10, 1), new SuspicionVerdict(2, false, now - 10, 10, 1)], CancellationToken.None);
        leaderboard.HasFlags.ShouldBeFalse("who is suspicious is not known yet");
        await follower.RoundAsync();
        leaderboard.HasFlags.ShouldBeTrue();
        leaderboard.Find(1).ShouldBeNull();
        leaderboard.Apply([Point(1), Point(2), Point(3)]);
        (leaderboard.Find(1)!.Value.Suspicious, leaderboard.Find(1)!.Value.SuspicionCheckedAt).ShouldBe((true, now - 10));
        leaderboard.Find(2)!.Value.Suspicious.ShouldBe(false);
        (leaderboard.Find(3)!.Value.Suspicious, leaderboard.Find(3)!.Value.SuspicionCheckedAt).ShouldBe((null, null));

        await store.WriteVerdictsAsync([new SuspicionVerdict(1, false, now, 10, 1)], CancellationToken.None);
        await follower.RoundAsync();
        (leaderboard.Find(1)!.Value.Suspicious, leaderboard.Find(1)!.Value.SuspicionCheckedAt).ShouldBe((false, now));

        // A clock that was ahead had dated it: the store's last word counts all the same.
        leaderboard.Flag([new SuspicionFlag(1, true, now + 86_400_000)]);
        leaderboard.Flag([new SuspicionFlag(1, false, now)]);
        leaderboard.Find(1)!.Value.SuspicionCheckedAt.ShouldBe(now);

        store.IsAway = true;
        await Should.ThrowAsync<InfluencerAnalytics.Stores.StoreUnavailableException>(async () => await follower.RoundAsync());
        leaderboard.Find(1)!.Value.Suspicious.ShouldBe(false);
    }

    private static LatestPoint Point(long id) => new(id, 10, 1, 60_000, 60_000, InfluencerStatus.Tracked);
}
