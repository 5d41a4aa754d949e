using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.ContractTests;

public abstract partial class InfluencerStoreContract
{
    [Fact]
    public async Task SlotHours_OfSlots_AreTheirSums()
    {
        var hour = ThisHour - Hour;
        await TrackAsync(1, 2);
        await AppendAsync(Batch(hour, Point(1, hour, 10, 1), Point(2, hour, 20, 2)), Batch(hour + 59 * Minute, Point(1, hour + 59 * Minute, 30, 3)));
        await Store.NoteSlotAsync(hour + 30 * Minute, Interval, Cancel);
        await AppendAsync(Batch(hour + Hour, Point(1, hour + Hour, 7, 7)));
        // Who is tracked was so from now on.
        (await SlotHoursAsync(hour, hour + Hour)).ShouldBe([new SlotSum(hour, 3, 3, 60, 6, 0, 0, 0), new SlotSum(hour + Hour, 1, 1, 7, 7, 1, 1, 2)]);
    }

    [Fact]
    public async Task SlotHours_ReadingsOfOthers_CountInTheSumsAloneAsInCoverage()
    {
        var hour = ThisHour + Hour;
        await TrackAsync(1, 2, 3);
        await PassAsync(TimeSpan.FromHours(1));
        await AppendAsync(
            Batch(hour, Point(1, hour, 10, 1), Point(2, hour, 20, 2), Point(8, hour, 70, 7), Point(9, hour, 80, 8)), Batch(hour + Minute, Point(3, hour + Minute, 30, 3), Point(9, hour + Minute, 90, 9)));
        (await SlotAsync(hour)).ShouldSatisfyAllConditions(slot => slot.Covered.ShouldBe(2), slot => slot.Others.ShouldBe(2));
        await PassAsync(TimeSpan.FromHours(2));
        for (var round = 0; round < 2; round++)
        {
            (await SlotHoursAsync(hour, hour)).ShouldBe([new SlotSum(hour, 2, 6, 300, 30, 1, 2, 3)]);
            await MaintainAsync();
        }
    }

    [Fact]
    public async Task SlotHours_AfterTheHour_AreTheSameAsComputedAndAfterARestart()
    {
        var hour = ThisHour;
        await TrackAsync(1, 2, 3);
        for (var i = 0; i < 150; i++)
            await AppendAsync(Point(1 + i % 3, hour + i * 2 * Minute, 100 + 37 * i % 91, i));
        await PassAsync(TimeSpan.FromHours(4));
        var computed = await SlotHoursAsync(hour, hour + Day);
        computed.Count.ShouldBe(5);
        computed[0].MostTracked.ShouldBe(3);
        await MaintainAsync();
        (await SlotHoursAsync(hour, hour + Day)).ShouldBe(computed);
        await RestartAsync();
        (await SlotHoursAsync(hour, hour + Day)).ShouldBe(computed);
    }

    [Fact]
    public async Task SlotHours_Range_IsOfHourStarts()
    {
        var hour = ThisHour - 3 * Hour;
        await AppendAsync(Point(1, hour), Point(1, hour + Hour), Point(1, hour + 2 * Hour + Minute));
        for (var round = 0; round < 2; round++)
        {
            (await SlotHoursAsync(hour, hour + Hour)).Select(sum => sum.Start).ShouldBe([hour, hour + Hour]);
            (await SlotHoursAsync(hour + 1, hour + 2 * Hour)).Select(sum => sum.Start).ShouldBe([hour + Hour, hour + 2 * Hour]);
            (await SlotHoursAsync(hour + 1, hour + Hour - 1)).ShouldBeEmpty();
            (await SlotHoursAsync(hour - Day, hour - 1)).ShouldBeEmpty();
            await MaintainAsync();
        }
    }

    [Fact]
    public async Task SlotHours_SumsBeyondLong_AreExact()
    {
        var hour = ThisHour;
        await AppendAsync(Point(1, hour, long.MaxValue), Point(2, hour, long.MaxValue), Point(1, hour + Minute, long.MaxValue));
        await PassAsync(TimeSpan.FromHours(2));
        for (var round = 0; round < 2; round++)
        {
            (await SlotHoursAsync(hour, hour)).ShouldHaveSingleItem().FollowerSum.ShouldBe((Int128)long.MaxValue * 3);
            await MaintainAsync();
        }
    }

    [Fact]
    public async Task SlotHours_LatePointsAndDuplicates_AreNeverWrong()
    {
        var hour = ThisHour;
        await AppendAsync(Point(1, hour + 10 * Minute, 20), Point(1, hour + 20 * Minute, 30));
        await PassAsync(TimeSpan.FromDays(2));
        await MaintainAsync();
        // One of a slot that has a record, one of a slot that has none, one of an hour that has none; and one that is there already.
        await AppendAsync(Point(2, hour + 10 * Minute, 5), Point(1, hour, 7), Point(1, hour + 2 * Hour, 9), Point(1, hour + 20 * Minute, 99));
        for (var round = 0; round < 3; round++)
        {
            (await SlotHoursAsync(hour, hour + Day)).ShouldBe([new SlotSum(hour, 3, 4, 62, 400, 0, 0, 0), new SlotSum(hour + 2 * Hour, 1, 1, 9, 100, 0, 0, 0)]);
            await MaintainAsync();
            if (round == 1)
                await RestartAsync();
        }
    }

    [Fact]
    public async Task SlotHours_NotFoundThatIsHeardLate_ChangesWhoWasTrackedThen()
    {
        var hour = ThisHour;
        await TrackAsync([.. Enumerable.Range(1, 30).Select(id => (long)id)]);
        await PassAsync(TimeSpan.FromHours(3));
        await AppendAsync(Point(1, hour + Hour), Point(1, hour + 2 * Hour));
        await MaintainAsync();
        (await SlotHoursAsync(hour + Hour, hour + 2 * Hour)).Select(sum => sum.MostTracked).ShouldBe([30, 30]);
        for (var minute = 30; minute < 33; minute++)
            await AppendAsync(Missed(hour + Hour + minute * Minute, new Miss(2, MissReason.NotFound)));
        for (var round = 0; round < 2; round++)
        {
            (await SlotHoursAsync(hour + Hour, hour + 2 * Hour)).Select(sum => sum.MostTracked).ShouldBe([30, 29]);
            await MaintainAsync();
        }
    }

    [Fact]
    public async Task SlotsKeptSince_FromTheFirstRecordOn_IsItsSlotAndHour()
    {
        (await Store.ReadSlotsKeptSinceAsync(Cancel)).ShouldBe(default);
        var slot = ThisHour - Hour + 7 * Minute;
        await Store.NoteSlotAsync(slot, Interval, Cancel);
        await AppendAsync(Point(1, slot + Minute));
        for (var round = 0; round < 2; round++)
        {
            (await Store.ReadSlotsKeptSinceAsync(Cancel)).ShouldBe(new SlotsKeptSince(slot, slot / Hour * Hour));
            await PassAsync(TimeSpan.FromHours(2));
            await MaintainAsync();
            await RestartAsync();
        }
    }

    private async Task<IReadOnlyList<SlotSum>> SlotHoursAsync(long start, long end) => await Store.ReadSlotHoursAsync(start, end, Cancel);
}
