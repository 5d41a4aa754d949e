using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Ranks;

namespace InfluencerAnalytics.ContractTests.Embedded.Ranks;

/// <summary>Days are ranked in steps, and a day counts once all of it is there.</summary>
public sealed class EmbeddedRankTests
{
    // More than one step takes.
    private const int Influencers = 4500;
    private const long DayMs = 86_400_000;

    private static readonly long Start = TestDatabase.Start.ToUnixTimeMilliseconds();
    private static readonly long Day = Start / DayMs * DayMs;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ranks_KilledAtAnyStep_AreNotKnownUntilAllAreMade()
    {
        using var test = new TestDatabase();
        await AppendAsync(test.Database, Start, 0);
        test.Time.Advance(TimeSpan.FromDays(1));
        for (var step = 0; test.Database.Work.RollUpStep(); step++)
        {
            var known = (await RankAsync(test.Database, 1)) is not null;
            (await RankAsync(test.Database, Influencers)).HasValue.ShouldBe(known);
            // Each time while it is somewhere else; in the end it is let through.
            if (step < 60 && step % 4 == 3)
                test.OpenAfterCrash($"crashed-{step}");
        }

        for (var id = 1; id <= Influencers; id += 389)
            (await RankAsync(test.Database, id)).ShouldBe(Expected(id, 0));
    }

    [Fact]
    public async Task Ranks_KilledWhileADayIsRankedAgain_AreAllMadeAgain()
    {
        using var test = new TestDatabase();
        await AppendAsync(test.Database, Start, 0);
        // Nobody has fewer.
        await test.Database.Store.AppendAsync([new DataPointBatch(Start, TimeSpan.FromMinutes(1), [new DataPoint(Influencers + 1, 0, 1, Start, Start + 5, "last")], [])], Cancel);
        test.Time.Advance(TimeSpan.FromDays(1));
        test.Database.Work.RollUp();
        // The day's last reading of everyone, in another order.
        await AppendAsync(test.Database, Start + 60_000, 1000);
        while (await RankAsync(test.Database, Influencers + 1) is not null)
            test.Database.Work.RollUpStep().ShouldBeTrue();
        test.OpenAfterCrash();
        (await RankAsync(test.Database, Influencers + 1)).ShouldBeNull();
        test.Database.Work.RollUp();
        for (var id = 1; id <= Influencers; id += 389)
            (await RankAsync(test.Database, id)).ShouldBe(Expected(id, 1000)!.Value with { RankOf = Influencers + 1 });
    }

    [Fact]
    public async Task Ranks_OfAClockThatWasAhead_AreMadeAgainWhenTheirDayIsOver()
    {
        var dropFuture = false;
        using var test = new TestDatabase(options => options with { DropFuture = dropFuture });
        await AppendAsync(test.Database, Start, 0);
        test.Time.Set(TimeSpan.FromDays(2));
        test.Database.Work.RollUp();
        (await RankAsync(test.Database, 1)).ShouldBe(Expected(1, 0));
        test.Time.Set(TimeSpan.FromDays(-2));
        dropFuture = true;
        test.Reopen();
        test.Database.Work.RollUp();
        (await RankAsync(test.Database, 1)).ShouldBeNull();
        await AppendAsync(test.Database, Start + 60_000, 1000);
        test.Time.Advance(TimeSpan.FromDays(1));
        test.Database.Work.RollUp();
        (await RankAsync(test.Database, 1)).ShouldBe(Expected(1, 1000));
    }

    [Fact]
    public async Task Open_FormatBefore_RanksDaysAgainThatLateReadingsHadChanged()
    {
        using var test = new TestDatabase();
        await AppendAsync(test.Database, Start, 0);
        test.Time.Advance(TimeSpan.FromDays(1));
        test.Database.Work.RollUp();
        // Of one, for whom the day is not ranked again.
        await test.Database.Store.AppendAsync(
            [new DataPointBatch(Start + 60_000, TimeSpan.FromMinutes(1), [new DataPoint(1, Influencers, 1, Start + 60_000, Start + 60_005, "name")], [])], Cancel);
        test.Database.Work.RollUp();
        (await RankAsync(test.Database, 1)).ShouldBeNull();
        var before = Expected(2, 0)!.Value;
        (await RankAsync(test.Database, 2)).ShouldBe(before);
        test.Database.Dispose();
        File.WriteAllText(Path.Combine(test.Directory, "FORMAT"), "influencer-analytics-embedded 3\n");

        test.Reopen();
        (await RankAsync(test.Database, 2)).ShouldBeNull();
        test.Database.Work.RollUp();
        (await RankAsync(test.Database, 1)).ShouldBe(new DayRank(Day, 1, Influencers));
        // One more has more.
        (await RankAsync(test.Database, 2)).ShouldBe(before with { Rank = before.Rank + 1 });
    }

    [Fact]
    public async Task Retention_OfDays_TakesTheirRanksWithIt()
    {
        using var test = new TestDatabase(static options => options with
        {
            RawRetention = TimeSpan.FromDays(1),
            HourlyRetention = TimeSpan.FromDays(1),
            DailyRetention = TimeSpan.FromDays(1),
        });
        await AppendAsync(test.Database, Start, 0);
        test.Time.Advance(TimeSpan.FromDays(1));
        test.Database.Work.RollUp();
        test.Database.Native.ColumnFamilies.ShouldContain(static family => family.Name.StartsWith("ranks-", StringComparison.Ordinal));
        // They go by whole years.
        test.Time.Advance(TimeSpan.FromDays(2 * 366));
        test.Database.Work.RollUp();
        test.Database.Work.ApplyRetention();
        (await RankAsync(test.Database, 1)).ShouldBeNull();
        test.Database.Native.ColumnFamilies.ShouldNotContain(static family => family.Name.StartsWith("ranks-", StringComparison.Ordinal));
    }

    // Ten of each count.
    private static long Followers(long id, int shift) => (id + shift) % Influencers / 10;

    private static DayRank? Expected(long id, int shift) =>
        new DayRank(Day, 1 + Enumerable.Range(1, Influencers).Count(other => Followers(other, shift) > Followers(id, shift)), Influencers);

    private static async Task<DayRank?> RankAsync(EmbeddedDatabase database, long id) =>
        await database.Store.ReadDayRanksAsync(id, Day, Day, Cancel) is [var rank] ? rank : null;

    private static async Task AppendAsync(EmbeddedDatabase database, long slot, int shift) => (await database.Store.AppendAsync(
        [new DataPointBatch(slot, TimeSpan.FromMinutes(1), [.. Enumerable.Range(1, Influencers).Select(id => new DataPoint(id, Followers(id, shift), 1, slot, slot + 5, "name"))], [])], Cancel))
        .Inserted.ShouldBe(Influencers);
}
