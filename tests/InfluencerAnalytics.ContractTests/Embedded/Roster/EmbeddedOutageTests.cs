using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.ContractTests.Embedded.Roster;

/// <summary>What the embedded store says of a provider that suddenly knows nobody, and its option.</summary>
public sealed class EmbeddedOutageTests
{
    private static readonly long[] Fifty = [.. Enumerable.Range(1, 50).Select(id => (long)id)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NotFound_OfManyForAWhile_IsLoggedOnceWhenItBeginsAndOnceWhenItEnds()
    {
        using var logs = new ListLoggerFactory();
        using var test = new TestDatabase(logs: logs);
        await test.Database.Store.AddInfluencersAsync(Fifty, 0, Cancel);
        for (var i = 0; i < 4; i++)
            await TellAsync(test, TimeSpan.FromMinutes(1), found: false);
        Lines(logs, "does not know 50 of 50").ShouldBe(1);
        (await test.Database.Store.GetStatusAsync(Cancel)).ShouldSatisfyAllConditions(
            status => status.Ready.ShouldBeTrue(), status => status.Detail.ShouldNotBeNull().ShouldContain("50 of 50"));
        for (var i = 0; i < 3; i++)
            await TellAsync(test, TimeSpan.FromMinutes(1), found: true);
        Lines(logs, "believed again").ShouldBe(1);
        Lines(logs, "does not know").ShouldBe(1);
    }

    [Fact]
    public async Task NotFound_OfManyAtALongInterval_IsAnOutageToo()
    {
        using var test = new TestDatabase();
        await test.Database.Store.AddInfluencersAsync(Fifty, 0, Cancel);
        for (var i = 0; i < 4; i++)
            await TellAsync(test, TimeSpan.FromHours(1), found: false);
        (await test.Database.Store.CountRosterAsync(Cancel)).Gone.ShouldBe(0, "the third answer comes two hours after the first");
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(24 * 365, false)]
    [InlineData(-2, false)]
    [InlineData(2, true)]
    [InlineData(-2, true)]
    public async Task NotFound_ClockIsSetMeanwhile_TheOutageGoesOnAndNobodyGoes(double hours, bool isStartedAgain)
    {
        using var test = new TestDatabase();
        await test.Database.Store.AddInfluencersAsync([.. Fifty, .. Enumerable.Range(51, 50)], 0, Cancel);
        await TellAsync(test, TimeSpan.FromMinutes(1), found: true);
        for (var i = 0; i < 4; i++)
            await TellAsync(test, TimeSpan.FromMinutes(1), found: false);
        test.Time.Set(TimeSpan.FromHours(hours));
        for (var i = 0; i < 5; i++)
            await TellAsync(test, TimeSpan.FromMinutes(1), found: false);
        if (isStartedAgain)
        {
            test.Reopen();
            await TellAsync(test, TimeSpan.FromMinutes(1), found: false);
        }

        (await test.Database.Store.CountRosterAsync(Cancel)).Gone.ShouldBe(0);
        (await test.Database.Store.GetStatusAsync(Cancel)).Detail.ShouldNotBeNull().ShouldContain("50 of 100");
    }

    [Fact]
    public async Task NotFound_BacklogOfHoursReadAtOnce_IsOneOutage()
    {
        using var test = new TestDatabase();
        await test.Database.Store.AddInfluencersAsync(Fifty, 0, Cancel);
        var first = test.Time.GetUtcNow().ToUnixTimeMilliseconds();
        test.Time.Advance(TimeSpan.FromHours(3));
        for (var i = 0; i < 60; i++)
        {
            await test.Database.Store.AppendAsync(
                [new DataPointBatch(first + i * 60_000, TimeSpan.FromMinutes(1), [], [.. Fifty.Select(id => new Miss(id, MissReason.NotFound))])], Cancel);
        }

        (await test.Database.Store.CountRosterAsync(Cancel)).Gone.ShouldBe(0);
        (await test.Database.Store.ReadSlotsAsync(first, first + 59 * 60_000, Cancel)).ShouldAllBe(slot => slot.Tracked == 50 && slot.Missed[MissReason.NotFound] == 50);
    }

    [Fact]
    public async Task GoneAfter_One_MakesGoneAtOnceUnlessItIsAnOutage()
    {
        using var test = new TestDatabase(options => options with { GoneAfter = 1 });
        await test.Database.Store.AddInfluencersAsync(Fifty, 0, Cancel);
        var slot = test.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await test.Database.Store.AppendAsync([new DataPointBatch(slot, TimeSpan.FromMinutes(1), [], [new Miss(1, MissReason.NotFound)])], Cancel);
        (await test.Database.Store.CountRosterAsync(Cancel)).Gone.ShouldBe(1);
        // The first of these are gone before it shows that they are so many.
        await TellAsync(test, TimeSpan.FromMinutes(1), found: false);
        (await test.Database.Store.CountRosterAsync(Cancel)).Gone.ShouldBe(0);
    }

    private static int Lines(ListLoggerFactory logs, string text) => logs.Messages.Count(message => message.Contains(text, StringComparison.Ordinal));

    /// <summary>Says the same of all fifty in the present slot, and passes on to the next.</summary>
    private static async Task TellAsync(TestDatabase test, TimeSpan interval, bool found)
    {
        var slot = test.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await test.Database.Store.AppendAsync(
            [found
                ? new DataPointBatch(slot, interval, [.. Fifty.Select(id => new DataPoint(id, 1, 1, slot, slot, "x"))], [])
                : new DataPointBatch(slot, interval, [], [.. Fifty.Select(id => new Miss(id, MissReason.NotFound))])], Cancel);
        test.Time.Advance(interval);
    }
}
