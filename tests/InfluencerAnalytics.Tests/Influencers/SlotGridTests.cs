using CsCheck;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Tests.Influencers;

public sealed class SlotGridTests
{
    private static readonly Gen<SlotGrid> Grids = Gen.Int[1, 3600].Select(seconds => new SlotGrid(TimeSpan.FromSeconds(seconds)));

    private static readonly Gen<(SlotGrid Grid, long Phase, long Slot)> Places =
        from grid in Grids
        from count in Gen.Int[1, 5000]
        from number in Gen.Int[0, count - 1]
        from slot in Gen.Long[1, 500_000]
        select (grid, grid.PhaseOf(number, count), slot * grid.IntervalMs);

    [Fact]
    public void SlotFor_AnywhereFromALittleEarlyToTheNext_IsTheSlotOfTheDueTime() =>
        Gen.Select(Places, Gen.Double.Unit).Sample((place, where) =>
        {
            var (grid, phase, slot) = place;
            var due = SlotGrid.DueAt(slot, phase);
            var received = due - grid.EarlyMs + (long)(where * (grid.IntervalMs - 1));
            grid.SlotFor(received, phase).ShouldBe(slot);
            grid.SlotFor(due - grid.EarlyMs, phase).ShouldBe(slot);
            grid.SlotFor(due - grid.EarlyMs + grid.IntervalMs - 1, phase).ShouldBe(slot);
        }, iter: 2000);

    [Fact]
    public void SlotFor_VisitsAtDueTimesWithJitter_SlotsAreConsecutive() =>
        Gen.Select(Places, Gen.Double.Unit.Array[30]).Sample((place, jitters) =>
        {
            var (grid, phase, slot) = place;
            var received = SlotGrid.DueAt(slot, phase);
            foreach (var jitter in jitters)
            {
                var visited = grid.SlotFor(received, phase);
                visited.ShouldBe(slot);
                slot += grid.IntervalMs;
                // From as early as is allowed to just before the one after next would be early.
                received = SlotGrid.DueAt(visited, phase) + grid.IntervalMs - grid.EarlyMs + (long)(jitter * (grid.IntervalMs - 1));
            }
        }, iter: 1000);

    [Fact]
    public void NextDue_AnyMoment_IsLaterAndForTheSlotAfter() =>
        Gen.Select(Places, Gen.Long[0, 10_000_000]).Sample((place, now) =>
        {
            var (grid, phase, _) = place;
            var due = grid.NextDue(now, phase);
            due.ShouldBeGreaterThan(now);
            due.ShouldBeLessThanOrEqualTo(now + grid.IntervalMs + grid.EarlyMs);
            grid.SlotFor(due, phase).ShouldBe(grid.SlotFor(now, phase) + grid.IntervalMs);
        }, iter: 2000);

    [Fact]
    public void PhaseOf_AllShards_FlatOverTheInterval() =>
        Gen.Select(Grids, Gen.Int[1, 3000]).Sample((grid, count) =>
        {
            var phases = Enumerable.Range(0, count).Select(number => grid.PhaseOf(number, count)).ToList();
            phases.ShouldAllBe(phase => phase >= 0 && phase < grid.IntervalMs);
            var step = (double)grid.IntervalMs / count;
            for (var i = 0; i < count; i++)
                ((double)phases[i]).ShouldBe(i * step, tolerance: 1);
        }, iter: 50);

    [Fact]
    public void ForAddedIds_ManyShards_SpreadOverTheInterval()
    {
        var tenths = new int[10];
        for (var id = 1_000_000L; id < 1_100_000; id += 100)
            tenths[Shard.ForAddedIds(1, TimeSpan.FromMinutes(1), [id]).PhaseMs / 6000]++;
        tenths.ShouldAllBe(count => count > 80 && count < 120);
    }

    [Fact]
    public void FinalAt_AnyPhase_IsNotBeforeTheWorkOnTheSlotEnds() => Places.Sample(place =>
        place.Grid.FinalAt(place.Slot).ShouldBeGreaterThan(SlotGrid.DueAt(place.Slot, place.Phase) + place.Grid.IntervalMs - 1));

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(1500)]
    [InlineData(3_601_000)]
    [InlineData(-1000)]
    public void Constructor_IntervalOutOfRange_Throws(int milliseconds) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new SlotGrid(TimeSpan.FromMilliseconds(milliseconds)));
}
