using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Leaderboard.Changes;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Slots;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Leaderboard.Changes;

public sealed class ChangeFollowerTests : IDisposable
{
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    // 2024-12-01T12:00:00Z.
    private const long Noon = 20_058 * Day + 12 * Hour;

    private readonly FakeTimeProvider _time = new();
    private readonly HourStore _store = new();
    private readonly ChangeBases _bases = new();
    private readonly InfluencerLeaderboard _leaderboard;
    private readonly ChangeFollower _follower;

    public ChangeFollowerTests()
    {
        _leaderboard = new InfluencerLeaderboard(_time);
        _follower = new ChangeFollower(_leaderboard, _bases, _store, _store, _store, new WorkerHealth(_time), _time, NullLogger<ChangeFollower>.Instance);
    }

    public void Dispose() => _follower.Dispose();

    [Fact]
    public async Task Round_RanksNotLoaded_ReadsNothing()
    {
        _leaderboard.Load([Point(1, 5, Noon)]);
        await RoundAsync();
        _store.Reads.ShouldBe(0);
        Problem(ChangeWindow.Day, Noon).ShouldContain("loaded");
    }

    [Fact]
    public async Task Round_NoReadingYet_SaysSo()
    {
        _leaderboard.CaughtUp();
        await RoundAsync();
        Problem(ChangeWindow.Hour, 0).ShouldContain("no reading yet");
    }

    [Fact]
    public async Task Round_AfterAStart_TakesTheHoursThatEndedAWindowAgo()
    {
        var asOf = Noon + 34 * Minute;
        _store.Add(1, Noon - 2 * Hour, last: 70, count: 60);
        _store.Add(1, Noon - Hour, last: 80, count: 60);
        _store.Add(1, Noon, last: 85, count: 30);
        _store.Add(1, Noon - Day - Hour, last: 40, count: 1);
        _store.Add(1, Noon - 7 * Day - Hour, last: 10, count: 1);
        At(asOf, Point(1, 100, asOf));
        await RoundAsync();
        // 12:34 less an hour is 11:34: the last whole hour before it ended at 11:00.
        Change(ChangeWindow.Hour, 1).ShouldBe((30, Noon - Hour));
        Change(ChangeWindow.Day, 1).ShouldBe((60, Noon - Day));
        Change(ChangeWindow.Week, 1).ShouldBe((90, Noon - 7 * Day));
    }

    [Fact]
    public async Task Round_SameHour_ReadsOnceAndTheNextHourAnew()
    {
        _store.Add(1, Noon - Day - Hour, last: 40, count: 60);
        _store.Add(1, Noon - Day, last: 50, count: 60);
        At(Noon, Point(1, 100, Noon));
        await RoundAsync();
        var reads = _store.Reads;
        At(Noon + 59 * Minute, Point(1, 100, Noon + 59 * Minute));
        await RoundAsync();
        _store.Reads.ShouldBe(reads);
        Change(ChangeWindow.Day, 1).ShouldBe((60, Noon - Day));
        At(Noon + Hour, Point(1, 100, Noon + Hour));
        await RoundAsync();
        Change(ChangeWindow.Day, 1).ShouldBe((50, Noon - Day + Hour));
    }

    [Fact]
    public async Task Round_AnHourAfterTheStart_TellsTheHourFromTheLeaderboardsOwnCopy()
    {
        for (var minute = 0; minute <= 75; minute++)
        {
            At(Noon + minute * Minute, Point(1, 1000 + minute, Noon + minute * Minute));
            await RoundAsync();
        }
        // 13:15 less an hour is 12:15; of every ten minutes there is one.
        Change(ChangeWindow.Hour, 1).ShouldBe((65, Noon + 10 * Minute));
    }

    [Fact]
    public async Task Round_ADayOfMinutes_HourIsNeverShorterAndHardlyLonger()
    {
        for (var minute = 0; minute <= 24 * 60; minute++)
        {
            At(Noon + minute * Minute, Point(1, minute, Noon + minute * Minute));
            await RoundAsync();
            if (minute < 60)
                continue;
            var (change, since) = Change(ChangeWindow.Hour, 1);
            change!.Value.ShouldBeInRange(60, 69);
            since.ShouldBe(Noon + (minute - change.Value) * Minute);
        }
    }

    [Fact]
    public async Task Round_NotReadNearTheBeginning_IsLeftOut()
    {
        At(Noon, Point(1, 10, Noon), Point(2, 20, Noon - 6 * Minute), Point(3, 30, Noon - 7 * Minute));
        await RoundAsync();
        At(Noon + Hour, Point(1, 11, Noon + Hour), Point(2, 22, Noon + Hour), Point(3, 33, Noon + Hour));
        await RoundAsync();
        Change(ChangeWindow.Hour, 1).Change.ShouldBe(1);
        Change(ChangeWindow.Hour, 2).Change.ShouldBe(2);
        Change(ChangeWindow.Hour, 3).Change.ShouldBeNull();
    }

    [Fact]
    public async Task Round_NotReadNearTheEnd_IsLeftOut()
    {
        _store.Add(1, Noon - Day - Hour, last: 40, count: 60);
        _store.Add(2, Noon - Day - Hour, last: 40, count: 60);
        At(Noon, Point(1, 100, Noon - Day / 10), Point(2, 100, Noon - Day / 10 - Minute), Point(3, 5, Noon));
        await RoundAsync();
        Change(ChangeWindow.Day, 1).Change.ShouldBe(60);
        Change(ChangeWindow.Day, 2).Change.ShouldBeNull();
        Change(ChangeWindow.Day, 3).Change.ShouldBeNull();
    }

    [Fact]
    public async Task Round_HourAfterAStart_TakesOnlyWhoWasReadUpToItsEnd()
    {
        _store.Add(1, Noon - 2 * Hour, last: 70, count: 55);
        _store.Add(2, Noon - 2 * Hour, last: 70, count: 54);
        At(Noon, Point(1, 100, Noon), Point(2, 100, Noon));
        await RoundAsync();
        Change(ChangeWindow.Hour, 1).Change.ShouldBe(30);
        // It may have been read in the first 54 minutes only, seven before the end.
        Change(ChangeWindow.Hour, 2).Change.ShouldBeNull();
    }

    [Fact]
    public async Task Round_AnHourWithoutReadings_IsMadeGoodByTheOneBefore()
    {
        foreach (var id in (long[])[1, 2])
            _store.Add(id, Noon - 7 * Day - 5 * Hour, last: id, count: 60);
        _store.Add(1, Noon - Day - 3 * Hour, last: 5, count: 60);
        At(Noon, Point(1, 100, Noon), Point(2, 100, Noon));
        await RoundAsync();
        Change(ChangeWindow.Week, 1).ShouldBe((99, Noon - 7 * Day));
        Change(ChangeWindow.Week, 2).Change.ShouldBe(98);
        // A tenth of a day is two hours and 24 minutes: the third hour before is too far.
        Problem(ChangeWindow.Day, Noon).ShouldContain("No reading of the time before");
    }

    [Fact]
    public async Task Round_AnHourInWhichOneOfManyWasRead_IsMadeGoodByTheOneBefore()
    {
        // An outage of most of the hour before the window: one of two hundred was read in it, all in the hour before that, which is within a tenth of a day.
        for (var id = 1; id <= 200; id++)
            _store.Add(id, Noon - Day - 2 * Hour, last: 50, count: 60);
        _store.Add(1, Noon - Day - Hour, last: 60, count: 2);
        At(Noon, [.. Enumerable.Range(1, 200).Select(static id => Point(id, 100, Noon))]);
        await RoundAsync();
        Change(ChangeWindow.Day, 1).Change.ShouldBe(40);
        Change(ChangeWindow.Day, 2).Change.ShouldBe(50);
    }

    [Fact]
    public async Task Round_AnHourInWhichAllThatWereTrackedWereRead_EndsTheLooking()
    {
        // Since then the roster has doubled: of the half that is new there is nothing to be found in the fifteen hours before.
        for (var id = 1; id <= 100; id++)
            _store.Add(id, Noon - 7 * Day - Hour, last: 50, count: 60);
        _store.Add(101, Noon - 7 * Day - 2 * Hour, last: 50, count: 60);
        _store.Sums.Add(Noon - 7 * Day - Hour, Sum(Noon - 7 * Day - Hour, stored: 6000, tracked: 100));
        At(Noon, [.. Enumerable.Range(1, 200).Select(static id => Point(id, 100, Noon))]);
        await RoundAsync();
        Change(ChangeWindow.Week, 1).Change.ShouldBe(50);
        Change(ChangeWindow.Week, 101).Change.ShouldBeNull();
    }

    [Fact]
    public async Task Round_HalfOfTheShardsAwayForHours_IsMadeGoodByTheHourBefore()
    {
        for (var id = 1; id <= 200; id++)
            _store.Add(id, Noon - 7 * Day - 6 * Hour, last: 50, count: 60);
        for (var hour = 1; hour <= 6; hour++)
        {
            for (var id = 1; id <= 100; id++)
                _store.Add(id, Noon - 7 * Day - hour * Hour, last: 60, count: 60);
            _store.Sums.Add(Noon - 7 * Day - hour * Hour, Sum(Noon - 7 * Day - hour * Hour, stored: hour == 6 ? 12_000 : 6000, tracked: 200));
        }
        At(Noon, [.. Enumerable.Range(1, 200).Select(static id => Point(id, 100, Noon))]);
        await RoundAsync();
        Change(ChangeWindow.Week, 1).Change.ShouldBe(40);
        Change(ChangeWindow.Week, 200).Change.ShouldBe(50);
    }

    [Fact]
    public async Task Round_ReadingsOfTheHourThatCameLate_AreFoundWithinMinutesOfTheLast()
    {
        // The queue gives its messages in any order: the newest slot is stored while the hour before is half there.
        _store.Add(1, Noon - 2 * Hour, last: 70, count: 60);
        _store.Sums.Add(Noon - 2 * Hour, Sum(Noon - 2 * Hour, stored: 60, tracked: 2));
        At(Noon, Point(1, 100, Noon), Point(2, 100, Noon));
        await RoundAsync();
        var reads = _store.Reads;
        Change(ChangeWindow.Hour, 2).Change.ShouldBeNull();
        _store.Add(2, Noon - 2 * Hour, last: 80, count: 60);
        _store.Sums[Noon - 2 * Hour] = Sum(Noon - 2 * Hour, stored: 120, tracked: 2);
        for (var look = 0; look < 2; look++)
        {
            // More may be coming, until two looks find the same.
            _store.Reads.ShouldBe(reads);
            _time.Advance(HourLooks.Every);
            await RoundAsync();
        }
        Change(ChangeWindow.Hour, 2).Change.ShouldBe(20);
        reads = _store.Reads;
        _time.Advance(HourLooks.Every);
        await RoundAsync();
        _store.Reads.ShouldBe(reads);
    }

    [Fact]
    public async Task Round_TheIntervalWasShorterThen_TakesOnlyWhoWasReadUpToTheEndOfTheHour()
    {
        // Every ten seconds: 60 readings are of ten minutes, though it is every minute now.
        _store.Add(1, Noon - 2 * Hour, last: 70, count: 360);
        _store.Add(2, Noon - 2 * Hour, last: 70, count: 60);
        for (var slot = Noon - 2 * Hour; slot < Noon - Hour; slot += 10_000)
            _store.Slots.Add(new SlotSummary(slot, TimeSpan.FromSeconds(10), 2, 1, 70, 1, new Dictionary<MissReason, long>()));
        At(Noon, Point(1, 100, Noon), Point(2, 100, Noon));
        await RoundAsync();
        Change(ChangeWindow.Hour, 1).Change.ShouldBe(30);
        Change(ChangeWindow.Hour, 2).Change.ShouldBeNull();
    }

    [Fact]
    public async Task Round_TheIntervalWasLongerThen_TakesWhoWasReadUpToTheEndOfTheHour()
    {
        _store.Add(1, Noon - 2 * Hour, last: 70, count: 12);
        for (var slot = Noon - 2 * Hour; slot < Noon - Hour; slot += 5 * Minute)
            _store.Slots.Add(new SlotSummary(slot, TimeSpan.FromMinutes(5), 1, 1, 70, 1, new Dictionary<MissReason, long>()));
        At(Noon, Point(1, 100, Noon));
        await RoundAsync();
        Change(ChangeWindow.Hour, 1).Change.ShouldBe(30);
    }

    [Fact]
    public async Task Round_TheNewestSlotIsStoredBeforeTheRestOfIt_CopiesAgainOnceItIs()
    {
        At(Noon, Point(1, 10, Noon), Point(2, 20, Noon), Point(3, 30, Noon));
        await RoundAsync();
        // After half an hour without the store, of the newest slot one is the first.
        var back = Noon + 31 * Minute;
        At(back, Point(1, 11, back));
        await RoundAsync();
        At(back + Minute, Point(1, 12, back + Minute), Point(2, 22, back + Minute), Point(3, 32, back + Minute));
        await RoundAsync();
        var later = back + Minute + Hour;
        At(later, Point(1, 15, later), Point(2, 25, later), Point(3, 35, later));
        await RoundAsync();
        Change(ChangeWindow.Hour, 1).ShouldBe((3, back + Minute));
        Change(ChangeWindow.Hour, 2).ShouldBe((3, back + Minute));
    }

    [Fact]
    public async Task Round_NothingKeptFromThen_SaysSo()
    {
        At(Noon, Point(1, 100, Noon));
        await RoundAsync();
        _store.Reads.ShouldBe(0);
        Problem(ChangeWindow.Week, Noon).ShouldContain("2024-11-24T12:00:00Z");
    }

    [Fact]
    public async Task Round_StoreAway_FailsAndSaysWhyAndTriesAgain()
    {
        _store.Add(1, Noon - Day - Hour, last: 40, count: 60);
        At(Noon, Point(1, 100, Noon));
        _store.Problem = "The store is being moved.";
        (await Should.ThrowAsync<StoreUnavailableException>(RoundAsync)).Message.ShouldBe(_store.Problem);
        Problem(ChangeWindow.Hour, Noon).ShouldBe(_store.Problem);
        _store.Problem = null;
        await RoundAsync();
        Change(ChangeWindow.Day, 1).Change.ShouldBe(60);
    }

    [Fact]
    public async Task Round_StoreAwayAndBackWithNothingKept_DoesNotSayThatItIsAway()
    {
        At(Noon, Point(1, 100, Noon));
        await RoundAsync();
        _store.Problem = "The store is being moved.";
        _time.Advance(HourLooks.Every);
        await Should.ThrowAsync<StoreUnavailableException>(RoundAsync);
        Problem(ChangeWindow.Week, Noon).ShouldBe(_store.Problem);
        _store.Problem = null;
        await RoundAsync();
        Problem(ChangeWindow.Week, Noon).ShouldContain("No reading of the time before");
    }

    [Fact]
    public async Task Round_StoreAwayLater_KeepsTheBaseAsLongAsItGoesByItsName()
    {
        _store.Add(1, Noon - Day - Hour, last: 40, count: 60);
        At(Noon, Point(1, 100, Noon));
        await RoundAsync();
        _store.Problem = "The store is being moved.";
        At(Noon + Hour, Point(1, 101, Noon + Hour));
        await Should.ThrowAsync<StoreUnavailableException>(RoundAsync);
        Change(ChangeWindow.Day, 1).ShouldBe((61, Noon - Day));
        At(Noon + 91 * Minute, Point(1, 102, Noon + 91 * Minute));
        Problem(ChangeWindow.Day, Noon + 91 * Minute).ShouldContain("The store is being moved.");
    }

    private static SlotSum Sum(long start, long stored, long tracked) => new(start, 60, stored, 0, 0, stored / 60, stored / 60, tracked);

    private static LatestPoint Point(long id, long followers, long slot) => new(id, followers, 1, slot, slot + 5, InfluencerStatus.Tracked);

    private void At(long asOf, params LatestPoint[] points)
    {
        _leaderboard.Apply(points);
        _leaderboard.CaughtUp();
        _leaderboard.Summarize().AsOf.ShouldBe(asOf);
    }

    private Task RoundAsync() => _follower.RoundAsync(TestContext.Current.CancellationToken).AsTask();

    private (long? Change, long Since) Change(ChangeWindow window, long id)
    {
        var asOf = _leaderboard.Summarize().AsOf;
        var (known, problem, _) = _bases.Find(window, asOf);
        problem.ShouldBeNull();
        var line = _leaderboard.ReadAround(id, 1, withoutSuspicious: false)!.Lines.ShouldHaveSingleItem();
        return (known!.ChangeOf(line.Place, line.Latest.FollowerCount, line.Latest.Slot, asOf), known.Since);
    }

    private string Problem(ChangeWindow window, long asOf) => _bases.Find(window, asOf).Problem.ShouldNotBeNull();
}
