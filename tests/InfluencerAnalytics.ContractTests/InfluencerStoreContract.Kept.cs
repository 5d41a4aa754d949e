using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.ContractTests;

public abstract partial class InfluencerStoreContract
{
    [Fact]
    public async Task KeptSince_Empty_IsNothing()
    {
        await TrackAsync(1);
        await Store.NoteSlotAsync(Slot, Interval, Cancel);
        (await KeptAsync()).ShouldBe(default);
    }

    [Fact]
    public async Task KeptSince_Fresh_IsTheFirstDataAlsoAfterARestart()
    {
        var first = ThisHour - Hour + 7 * Minute;
        await TrackAsync(1, 2);
        await AppendAsync(Point(1, first + Minute));
        (await KeptAsync()).Points.ShouldBe(first + Minute);
        // A late one comes before it.
        await AppendAsync(Point(2, first));
        var expected = new KeptSince(first, first / Hour * Hour, first / Day * Day);
        (await KeptAsync()).ShouldBe(expected);
        await RestartAsync();
        (await KeptAsync()).ShouldBe(expected);
    }

    [Fact]
    public async Task KeptSince_RetentionPassed_IsWhereThePointsBegin()
    {
        var first = ThisHour;
        await TrackAsync(1);
        for (var day = 0; day < 12; day++)
        {
            await AppendAsync(Point(1, Slot));
            await PassAsync(TimeSpan.FromDays(1));
            await MaintainAsync();
        }

        for (var round = 0; round < 2; round++)
        {
            var kept = await KeptAsync();
            kept.Points.ShouldNotBeNull().ShouldBeGreaterThan(Slot - 9 * Day);
            kept.Points.Value.ShouldBeLessThanOrEqualTo(Slot - 7 * Day + Day);
            (await ReadAsync(1))[0].Slot.ShouldBeGreaterThanOrEqualTo(kept.Points.Value);
            // Nothing that was stored from there on is missing.
            (await ReadAsync(1, kept.Points.Value)).Count.ShouldBe((int)((Slot - kept.Points.Value) / Day));
            // Roll-ups outlive the points.
            kept.Hours.ShouldBe(first);
            kept.Days.ShouldBe(first / Day * Day);
            await RestartAsync();
        }
    }

    [Fact]
    public async Task KeptSince_ImportedPast_ReachesBackInItsKindOnly()
    {
        await TrackAsync(1);
        await AppendAsync(Point(1, Slot));
        var hour = ThisHour - 40 * Day;
        await Store.ImportRollupsAsync([Imported(1, RollupPeriod.Hour, hour, 60), Imported(1, RollupPeriod.Hour, hour + Hour, 60)], Cancel);
        (await KeptAsync()).ShouldBe(new KeptSince(Slot, hour, hour / Day * Day));
        var day = hour / Day * Day - 100 * Day;
        await Store.ImportRollupsAsync([Imported(1, RollupPeriod.Day, day, 60)], Cancel);
        await RestartAsync();
        (await KeptAsync()).ShouldBe(new KeptSince(Slot, hour, day));
    }

    private async Task<KeptSince> KeptAsync() => await Store.ReadKeptSinceAsync(Cancel);
}
