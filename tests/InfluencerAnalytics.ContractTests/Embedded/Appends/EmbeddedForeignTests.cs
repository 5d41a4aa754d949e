using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.ContractTests.Embedded.Appends;

/// <summary>Readings of influencers that never were on the roster: anybody may send them, so there is an end to what they cost.</summary>
public sealed class EmbeddedForeignTests
{
    private static readonly long Slot = TestDatabase.Start.ToUnixTimeMilliseconds();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Append_MoreForeignInfluencersThanAllowed_RefusesAndCountsTheOthers()
    {
        using var logs = new ListLoggerFactory();
        using var test = new TestDatabase(options => options with { MaxForeignInfluencers = 3 }, logs);
        (await AppendAsync(test, Slot, 1, 2)).ShouldBe(new AppendResult(2, 0, 0, 0));
        (await DetailAsync(test)).ShouldBeNull();
        (await AppendAsync(test, Slot, 1, 3, 4, 5)).ShouldBe(new AppendResult(1, 1, 0, 2));
        // Those that have readings go on, those on the roster always do.
        await test.Database.Store.AddInfluencersAsync([9], 0, Cancel);
        (await AppendAsync(test, Slot + 60_000, 1, 2, 3, 4, 9)).ShouldBe(new AppendResult(4, 0, 0, 1));
        (await test.Database.Store.FindInfluencerAsync(4, Cancel)).ShouldBeNull();
        (await test.Database.Store.ReadPointsAsync(4, 0, long.MaxValue / 4, 10, Cancel)).ShouldBeEmpty();
        (await test.Database.Store.ReadSlotsAsync(Slot, Slot, Cancel)).ShouldHaveSingleItem().Stored.ShouldBe(3);
        (await DetailAsync(test)).ShouldNotBeNull().ShouldContain("3 so far");
        logs.Messages.Count(message => message.Contains("MaxForeignInfluencers", StringComparison.Ordinal)).ShouldBe(1, "once per change of state");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Append_AfterARestart_CountsThemStill(bool crash)
    {
        using var test = new TestDatabase(options => options with { MaxForeignInfluencers = 2 });
        await AppendAsync(test, Slot, 1, 2);
        if (crash)
            test.OpenAfterCrash();
        else
            test.Reopen();
        (await AppendAsync(test, Slot, 3)).Refused.ShouldBe(1);
    }

    [Fact]
    public async Task Append_OneOfThemIsTracked_MakesRoomForAnother()
    {
        using var logs = new ListLoggerFactory();
        using var test = new TestDatabase(options => options with { MaxForeignInfluencers = 1 }, logs);
        (await AppendAsync(test, Slot, 1, 2)).Refused.ShouldBe(1);
        await test.Database.Store.AddInfluencersAsync([1], 0, Cancel);
        (await AppendAsync(test, Slot, 2)).ShouldBe(new AppendResult(1, 0, 0, 0));
        (await AppendAsync(test, Slot, 3)).Refused.ShouldBe(1);
        // One that was on the roster is none of them.
        await test.Database.Store.RemoveInfluencersAsync([1], Cancel);
        (await AppendAsync(test, Slot + 60_000, 1)).Inserted.ShouldBe(1);
    }

    [Fact]
    public async Task Append_RefusedInAFailedWrite_CountsNothing()
    {
        using var test = new TestDatabase(options => options with { MaxForeignInfluencers = 2 });
        var bad = new DataPointBatch(-60_000, TimeSpan.FromMinutes(1), [new DataPoint(1, 1, 1, -60_000, 0, "x")], []);
        await Should.ThrowAsync<StoreRefusedException>(async () => await test.Database.Store.AppendAsync([Batch(Slot, 1, 2, 3), bad], Cancel));
        (await AppendAsync(test, Slot, 4, 5)).ShouldBe(new AppendResult(2, 0, 0, 0));
        (await DetailAsync(test)).ShouldBeNull();
    }

    private static async Task<AppendResult> AppendAsync(TestDatabase test, long slot, params long[] ids) =>
        await test.Database.Store.AppendAsync([Batch(slot, ids)], Cancel);

    private static DataPointBatch Batch(long slot, params long[] ids) =>
        new(slot, TimeSpan.FromMinutes(1), [.. ids.Select(id => new DataPoint(id, 100, 10, slot, slot, "x"))], []);

    private static async Task<string?> DetailAsync(TestDatabase test) => (await test.Database.Store.GetStatusAsync(Cancel)).Detail;
}
