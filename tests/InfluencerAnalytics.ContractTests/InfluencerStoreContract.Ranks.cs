using InfluencerAnalytics.Stores.Ranks;

namespace InfluencerAnalytics.ContractTests;

public abstract partial class InfluencerStoreContract
{
    private long Today => Slot / Day * Day;

    [Fact]
    public async Task DayRanks_AfterTheDay_AreCompetitionRanksOfItsLastCounts()
    {
        var day = Today;
        var slot = Slot;
        await AppendAsync(Point(1, slot, 99), Point(2, slot, 30), Point(3, slot, 30), Point(4, slot, 20), Point(1, slot + Minute, 10));
        (await RanksAsync(1, 0, day + Day)).ShouldBeEmpty();
        await PassAsync(TimeSpan.FromDays(1));
        await AppendAsync(Point(4, Slot, 1));
        await PassAsync(TimeSpan.FromDays(1));
        for (var round = 0; round < 3; round++)
        {
            await MaintainAsync();
            (await RanksAsync(1, 0, day + 2 * Day)).ShouldBe([new DayRank(day, 4, 4)]);
            (await RanksAsync(2, day, day)).ShouldBe([new DayRank(day, 1, 4)]);
            (await RanksAsync(3, day, day)).ShouldBe([new DayRank(day, 1, 4)]);
            (await RanksAsync(4, day - Day, day + Day)).ShouldBe([new DayRank(day, 3, 4), new DayRank(day + Day, 1, 1)]);
            (await RanksAsync(4, day + 1, day + Day - 1)).ShouldBeEmpty();
            (await RanksAsync(5, 0, day + Day)).ShouldBeEmpty();
            await RestartAsync();
        }
    }

    [Fact]
    public async Task DayRanks_DaysWithoutReadings_AreLeftOutAndDoNotHoldUpOthers()
    {
        var day = Today;
        await AppendAsync(Point(1, Slot, 10), Point(2, Slot, 20));
        await PassAsync(TimeSpan.FromDays(4));
        await AppendAsync(Point(1, Slot, 30));
        await PassAsync(TimeSpan.FromDays(1));
        await MaintainAsync();
        (await RanksAsync(1, 0, day + 10 * Day)).ShouldBe([new DayRank(day, 2, 2), new DayRank(day + 4 * Day, 1, 1)]);
    }

    [Fact]
    public async Task DayRanks_LateReadings_AreRankedAgainOnceTheyAreMoreThanOneInAHundred()
    {
        var (day, slot) = (Today, Slot);
        const int Influencers = 250;
        await AppendAsync([.. Enumerable.Range(1, Influencers).Select(id => Point(id, slot, id))]);
        await PassAsync(TimeSpan.FromDays(1));
        await MaintainAsync();
        (await RanksAsync(1, day, day)).ShouldBe([new DayRank(day, Influencers, Influencers)]);

        await AppendAsync(Point(1, slot + Minute, 1_000_001), Point(2, slot + Minute, 1_000_002));
        // The day's count is told with them already.
        (await RanksAsync(1, day, day)).ShouldBeEmpty();
        await MaintainAsync();
        // Their ranks would be those of other counts; the others' are off by two of 250.
        (await RanksAsync(1, day, day)).ShouldBeEmpty();
        (await RanksAsync(2, day, day)).ShouldBeEmpty();
        (await RanksAsync(3, day, day)).ShouldBe([new DayRank(day, Influencers - 2, Influencers)]);
        await RestartAsync();
        (await RanksAsync(1, day, day)).ShouldBeEmpty();

        await AppendAsync(Point(Influencers + 1, slot + Minute, 1_000_003));
        await MaintainAsync();
        (await RanksAsync(1, day, day)).ShouldBe([new DayRank(day, 3, Influencers + 1)]);
        (await RanksAsync(2, day, day)).ShouldBe([new DayRank(day, 2, Influencers + 1)]);
        (await RanksAsync(Influencers + 1, day, day)).ShouldBe([new DayRank(day, 1, Influencers + 1)]);
        (await RanksAsync(3, day, day)).ShouldBe([new DayRank(day, Influencers + 1, Influencers + 1)]);
    }

    [Fact]
    public async Task DayRanks_LateReadingsThatLeaveTheLastCount_ChangeNothing()
    {
        var (day, slot) = (Today, Slot);
        await AppendAsync([.. Enumerable.Range(1, 10).Select(id => Point(id, slot + 2 * Minute, id))]);
        await PassAsync(TimeSpan.FromDays(1));
        await MaintainAsync();
        await AppendAsync([.. Enumerable.Range(1, 10).Select(id => Point(id, slot, 1000 - id))]);
        await AppendAsync(Point(1, slot + 3 * Minute, 1));
        await MaintainAsync();
        (await RanksAsync(1, day, day)).ShouldBe([new DayRank(day, 10, 10)]);
        (await RanksAsync(10, day, day)).ShouldBe([new DayRank(day, 1, 10)]);
    }

    private async Task<IReadOnlyList<DayRank>> RanksAsync(long id, long start, long end) => await Store.ReadDayRanksAsync(id, start, end, Cancel);
}
