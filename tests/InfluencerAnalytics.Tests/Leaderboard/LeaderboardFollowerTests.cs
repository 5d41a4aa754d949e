using System.Globalization;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Tests.Fakes;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Leaderboard;

public sealed class LeaderboardFollowerTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ChangeLog _store = new();
    private readonly InfluencerLeaderboard _leaderboard;
    private readonly LeaderboardFollower _follower;

    public LeaderboardFollowerTests()
    {
        _leaderboard = new InfluencerLeaderboard(_time);
        _follower = new LeaderboardFollower(
            _leaderboard, _store, new LeaderboardOptions { PageSize = 100 }, new WorkerHealth(_time), _time, NullLogger<LeaderboardFollower>.Instance);
    }

    public void Dispose() => _follower.Dispose();

    [Fact]
    public async Task CatchUp_SeveralPages_LoadsAll()
    {
        for (var id = 1; id <= 250; id++)
            _store.Add(id, id);
        _leaderboard.State.IsLoaded.ShouldBeFalse();
        await CatchUpAsync();
        _leaderboard.State.ShouldSatisfyAllConditions(state => state.IsLoaded.ShouldBeTrue(), state => state.Problem.ShouldBeNull());
        _leaderboard.Summarize().Reporting.ShouldBe(250);
    }

    [Fact]
    public async Task CatchUp_StoreAwayInTheMiddleOfTheLoad_RanksOnlyOnceAllIsThere()
    {
        for (var id = 1; id <= 250; id++)
            _store.Add(id, id);
        _store.ReadsBeforeProblem = 2;
        _store.Problem = new StoreUnavailableException("The store is away.");
        await CatchUpAsync();
        // Of 200 it would be the second: a rank among a part is a wrong one.
        _leaderboard.Find(199)!.Value.Rank.ShouldBeNull();
        _leaderboard.State.IsLoaded.ShouldBeFalse();

        _store.Problem = null;
        await CatchUpAsync();
        _leaderboard.Find(199)!.Value.Rank.ShouldBe(52);
        _store.Add(199, 1000);
        await CatchUpAsync();
        _leaderboard.Find(199)!.Value.Rank.ShouldBe(1);
    }

    [Fact]
    public async Task CatchUp_StoreAway_KeepsAnsweringWithItsAge()
    {
        _store.Add(1, 100);
        await CatchUpAsync();
        _store.Problem = new StoreUnavailableException("The store is away.");
        _time.Advance(TimeSpan.FromSeconds(30));
        await CatchUpAsync();

        _leaderboard.State.Problem.ShouldBe("The store is away.");
        _leaderboard.Age.ShouldBe(TimeSpan.FromSeconds(30));
        _leaderboard.Find(1)!.Value.Rank.ShouldBe(1);

        _store.Problem = null;
        _store.Add(2, 200);
        await CatchUpAsync();
        _leaderboard.State.Problem.ShouldBeNull();
        _leaderboard.Find(1)!.Value.Rank.ShouldBe(2);
    }

    [Fact]
    public async Task CatchUp_UnexpectedFailure_IsAProblemAndNotTheEnd()
    {
        _store.Problem = new InvalidOperationException("broken");
        await CatchUpAsync();
        _leaderboard.State.Problem.ShouldNotBeNull().ShouldContain("broken");
    }

    [Fact]
    public async Task Start_NewPoint_IsRankedAfterOnePoll()
    {
        await _follower.StartAsync(TestContext.Current.CancellationToken);
        await _store.WaitForReadsAsync(1);
        _store.Add(1, 100);
        var reads = _store.Reads;
        while (_store.Reads == reads)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        while (_leaderboard.Find(1) is null)
            await Task.Yield();
        await _follower.StopAsync(TestContext.Current.CancellationToken);
    }

    // As the loop does it, which takes failures for the end of a round.
    private async Task CatchUpAsync()
    {
        try
        {
            await _follower.RoundAsync();
        }
        catch (Exception) when (_store.Problem is not null)
        {
        }
    }

    private sealed class ChangeLog : ILatestStore
    {
        private readonly List<LatestPoint> _changes = [];
        private int _reads;

        public Exception? Problem { get; set; }

        public int ReadsBeforeProblem { get; set; }

        public int Reads => Volatile.Read(ref _reads);

        public void Add(long id, long followers)
        {
            lock (_changes)
                _changes.Add(new LatestPoint(id, followers, 1, 60_000, 60_000, InfluencerStatus.Tracked));
        }

        public async Task WaitForReadsAsync(int count)
        {
            while (Reads < count)
                await Task.Yield();
        }

        public ValueTask ReadLatestOfAsync(IReadOnlyList<long> influencerIds, ICollection<LatestPoint> into, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<LatestPage> ReadLatestChangesAsync(string? cursor, int limit, ICollection<LatestPoint> into, CancellationToken cancellationToken)
        {
            if (Problem is not null && Reads >= ReadsBeforeProblem)
                throw Problem;
            var from = cursor is null ? 0 : int.Parse(cursor, CultureInfo.InvariantCulture);
            lock (_changes)
            {
                foreach (var change in _changes.Skip(from).Take(limit))
                    into.Add(change);
                var next = from + into.Count;
                var hasMore = next < _changes.Count;
                Interlocked.Increment(ref _reads);
                return ValueTask.FromResult(new LatestPage(next.ToString(CultureInfo.InvariantCulture), hasMore));
            }
        }
    }
}
