using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Host.Commands.History;
using InfluencerAnalytics.Host.IdLists;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;
using Mockstagram.Simulator.Walks;

namespace InfluencerAnalytics.Tests.Commands.History;

public sealed class HistoryWriterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 15, 4, 30, TimeSpan.Zero);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private readonly RecordingStore _store = new();

    [Fact]
    public async Task Write_ThirtyDays_GivesReadingsWithinTheRetentionAndRollupsBefore()
    {
        var result = await WriteAsync(days: 30, influencers: 2);

        // Whole days only: 6 of the 7 kept ones, and today so far.
        var rawFrom = new DateTimeOffset(2026, 11, 17, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var slots = (6 * 24 * 60 + 15 * 60 + 4) / 5;
        result.Points.ShouldBe(slots * 2);
        _store.Batches[0].Slot.ShouldBe(rawFrom);
        _store.Batches[^1].Slot.ShouldBe(new DateTimeOffset(2026, 11, 23, 14, 55, 0, TimeSpan.Zero).ToUnixTimeMilliseconds());
        _store.Batches.Select(batch => batch.Slot).ShouldBeInOrder();
        _store.Rollups.Count(rollup => rollup.Period == RollupPeriod.Hour).ShouldBe(24 * 24 * 2);
        _store.Rollups.Count(rollup => rollup.Period == RollupPeriod.Day).ShouldBe(24 * 2);
        _store.Rollups.ShouldAllBe(rollup => rollup.Start < rawFrom);
    }

    [Fact]
    public async Task Write_BeyondTheHourlyRetention_GivesDaysOnly()
    {
        await WriteAsync(days: 120, influencers: 1);

        _store.Rollups.Count(rollup => rollup.Period == RollupPeriod.Day).ShouldBe(114);
        _store.Rollups.Count(rollup => rollup.Period == RollupPeriod.Hour).ShouldBe((89 - 6) * 24);
    }

    [Fact]
    public async Task Write_ADay_IsTheSumOfItsHoursAndOfWhatTheSimulatorServes()
    {
        await WriteAsync(days: 10, influencers: 1);

        var day = _store.Rollups.First(rollup => rollup.Period == RollupPeriod.Day);
        var hours = _store.Rollups.Where(rollup => rollup.Period == RollupPeriod.Hour && rollup.Start >= day.Start && rollup.Start < day.Start + 86_400_000).ToList();
        hours.Count.ShouldBe(24);
        day.Count.ShouldBe(hours.Sum(hour => hour.Count));
        day.Followers.Sum.ShouldBe(hours.Sum(hour => hour.Followers.Sum));
        day.Followers.Max.ShouldBe(hours.Max(hour => hour.Followers.Max));
        day.Following.Last.ShouldBe(hours[^1].Following.Last);
        day.Followers.First.ShouldBe(LifelikeWalk.ValueAt(1, 1_000_000, day.Start / 60_000).Followers);
    }

    [Fact]
    public async Task Write_Progress_AddsUpToTheSteps()
    {
        var writer = Writer(days: 9, influencers: 3);
        var steps = 0L;

        await writer.WriteAsync(count => steps += count, TestContext.Current.CancellationToken);

        ((double)steps).ShouldBe(writer.Steps, 1);
    }

    private Task<HistoryResult> WriteAsync(int days, int influencers) =>
        Writer(days, influencers).WriteAsync(_ => { }, TestContext.Current.CancellationToken);

    private HistoryWriter Writer(int days, int influencers) =>
        new(_store, new HistoryPlan(new IdRange(1_000_000, influencers), days, 1, Interval), new EmbeddedOptions(), new FakeTimeProvider(Now));
}
