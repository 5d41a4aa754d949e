using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Pipeline.Ingestion;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Pipeline;

/// <summary>The wall clock is set while a deployment runs.</summary>
[Collection(FakeClock.Name)]
public sealed class SteppedClockTests
{
    private static readonly long[] Twenty = [.. Enumerable.Range(1, 20).Select(id => (long)id)];

    /// <summary>Seconds: forward, and back.</summary>
    public static TheoryData<double> Steps => [2, -2, 3600, -3600, 86400, -86400, 365 * 86400.0, -365 * 86400.0];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Run_ClockIsSet_EveryInfluencerIsStillAskedOnceAnInterval(double step)
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Twenty);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(2.35);
        var before = deployment.Provider.Asked.Count;

        deployment.Time.Set(TimeSpan.FromSeconds(step));
        await deployment.AdvanceIntervalsAsync(5);
        var asked = deployment.Provider.Asked.Skip(before).CountBy(one => one.Id).ToDictionary();
        // Once more, or once less, where the grid was found anew.
        foreach (var id in Twenty)
            asked.GetValueOrDefault(id).ShouldBeInRange(4, 6, $"of {id}");
        deployment.Queues.Points.DeadLetters.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_ClockSetBackWithRetriesUnderWay_TheyEnd()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Twenty);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(1);
        deployment.Provider.Answer = id => id == 1 ? ScriptedProvider.Failed(MissReason.ServerError) : deployment.Provider.Good(id);
        await deployment.AdvanceIntervalsAsync(1.5);
        deployment.Time.Set(TimeSpan.FromHours(-1));
        await deployment.AdvanceIntervalsAsync(3);
        deployment.Provider.Answer = null;
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Queues.Shards.Bodies.Count.ShouldBe(deployment.Shards().Count);
    }

    [Fact]
    public async Task Ready_ClockSetBehindWhatIsStored_SaysSoUntilItIsRight()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Twenty);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.StartAsync(new FutureWatch(deployment.Store, deployment.Store, deployment.Health, deployment.Time, deployment.Logs.For<FutureWatch>()));
        await deployment.AdvanceIntervalsAsync(3);
        deployment.Health.Problems(TimeSpan.FromMinutes(1)).ShouldBeEmpty();

        deployment.Time.Set(TimeSpan.FromHours(-1));
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Health.Problems(TimeSpan.FromMinutes(1)).ShouldHaveSingleItem().ShouldContain("slots that have not begun");

        deployment.Time.Set(TimeSpan.FromHours(1));
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Health.Problems(TimeSpan.FromMinutes(1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Ready_OnlyRecordsOfSlotsToCome_IsNotBlocked()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Twenty);
        var watch = new FutureWatch(deployment.Store, deployment.Store, deployment.Health, deployment.Time, deployment.Logs.For<FutureWatch>());
        var future = deployment.Slot + 86_400_000;
        for (var i = 0; i < 3; i++)
            await deployment.Store.NoteSlotAsync(future + i * deployment.IntervalMs, deployment.Seeding.Interval, CancellationToken.None);
        (await watch.RoundAsync()).BlockedBecause.ShouldBeNull();

        await deployment.Store.AppendAsync([new DataPointBatch(future, deployment.Seeding.Interval, [], [new Miss(1, MissReason.Timeout)])], CancellationToken.None);
        (await watch.RoundAsync()).BlockedBecause.ShouldNotBeNull().ShouldStartWith("readings or misses are stored of 1 slots");
        await deployment.Store.AppendAsync(
            [new DataPointBatch(future + deployment.IntervalMs, deployment.Seeding.Interval, [new DataPoint(1, 10, 1, future + deployment.IntervalMs, future, "one")], [])], CancellationToken.None);
        var reason = (await watch.RoundAsync()).BlockedBecause.ShouldNotBeNull();
        reason.ShouldContain(UtcText.Of(future + deployment.IntervalMs));
        // Whoever reads it may do so an hour later.
        await deployment.Time.AdvanceAsync(TimeSpan.FromHours(1), TimeSpan.FromMinutes(10));
        (await watch.RoundAsync()).BlockedBecause.ShouldBe(reason);
    }

    [Fact]
    public async Task SlotKeeper_ClockADayAheadForTwoSeconds_MakesNoRecordOfIt()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Twenty);
        await deployment.StartAsync(new SlotKeeper(deployment.Store, deployment.Store, deployment.Health, deployment.Time, deployment.Logs.For<SlotKeeper>()));
        await deployment.StartAsync(new FutureWatch(deployment.Store, deployment.Store, deployment.Health, deployment.Time, deployment.Logs.For<FutureWatch>()));
        await deployment.AdvanceIntervalsAsync(2.5);
        var first = Deployment.Midnight.ToUnixTimeMilliseconds();

        deployment.Time.Set(TimeSpan.FromDays(1));
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(2));
        deployment.Time.Set(TimeSpan.FromDays(-1));
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(90));
        deployment.Health.Problems(TimeSpan.FromMinutes(1)).ShouldBeEmpty();
        var slots = (await deployment.Store.ReadSlotsAsync(0, long.MaxValue, CancellationToken.None)).Select(slot => slot.Slot).ToList();
        slots.ShouldBe(Enumerable.Range(0, slots.Count).Select(i => first + i * deployment.IntervalMs));
        slots[^1].ShouldBe(deployment.Slot, "those that began after it are recorded, and so are those that began while it was not believed");
    }

    [Fact]
    public async Task SlotKeeper_MachineSleptForAnHour_RecordsTheSlotsBetween()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Twenty);
        await deployment.StartAsync(new SlotKeeper(deployment.Store, deployment.Store, deployment.Health, deployment.Time, deployment.Logs.For<SlotKeeper>()));
        await deployment.AdvanceIntervalsAsync(2.5);
        var first = Deployment.Midnight.ToUnixTimeMilliseconds();

        // The monotonic clock stands while a machine sleeps, so that it looks like a step.
        deployment.Time.Set(TimeSpan.FromHours(1));
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(62));
        (await deployment.Store.ReadSlotsAsync(0, long.MaxValue, CancellationToken.None)).Select(slot => slot.Slot)
            .ShouldBe(Enumerable.Range(0, (int)((deployment.Slot - first) / deployment.IntervalMs) + 1).Select(i => first + i * deployment.IntervalMs));
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(10, false)]
    [InlineData(11, true)]
    public async Task ClockWatch_ClockSetForward_SpeaksOfSlotsOnlyBeyondAnInterval(int seconds, bool overSlots)
    {
        await using var deployment = new Deployment(intervalSeconds: 10);
        await deployment.SeedAsync(1);
        var watch = new ClockWatch(new DeploymentInterval(deployment.Store, deployment.Time), deployment.Health, deployment.Time, deployment.Logs.For<ClockWatch>());
        deployment.Time.Set(TimeSpan.FromSeconds(seconds));
        await watch.RoundAsync();
        await watch.RoundAsync();
        deployment.Logs.Warnings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            line => line.ShouldContain($"forward by {seconds} s"),
            line => line.Contains("not fetched", StringComparison.Ordinal).ShouldBe(overSlots));
    }

    [Fact]
    public async Task ClockWatch_StoreAway_StillTellsTheStep()
    {
        await using var deployment = new Deployment();
        var watch = new ClockWatch(new DeploymentInterval(deployment.Store, deployment.Time), deployment.Health, deployment.Time, deployment.Logs.For<ClockWatch>());
        deployment.Store.IsAway = true;
        deployment.Time.Set(TimeSpan.FromHours(1));
        await watch.RoundAsync();
        deployment.Logs.Warnings.ShouldHaveSingleItem().ShouldContain("3600 s");
        deployment.Store.IsAway = false;
    }
}
