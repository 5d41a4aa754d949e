using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.Tests.Stores.Slots;

public sealed class SlotSumTests
{
    private const long Minute = 60_000;

    [Fact]
    public void Together_Slots_AddUpWithinEachStep()
    {
        var slots = new[] { Slot(4, 10, 2), Slot(5, 20, 0), Slot(9, 30, 5), Slot(15, 1, 1) };
        SlotSum.Together(slots, 5 * Minute).ShouldBe(
        [
            new SlotSum(0, 1, 2, 10, 5, 2, 2, 104),
            new SlotSum(5 * Minute, 2, 5, 50, 25, 0, 5, 109),
            new SlotSum(15 * Minute, 1, 1, 1, 0, 1, 1, 115),
        ]);
    }

    [Fact]
    public void Together_OfParts_IsTogetherOfAll()
    {
        var slots = Enumerable.Range(0, 300).Select(i => Slot(i, i * 7 % 31, i % 5)).ToList();
        SlotSum.Together(SlotSum.Together(slots, 5 * Minute), 60 * Minute).ShouldBe(SlotSum.Together(slots, 60 * Minute));
    }

    [Fact]
    public void Of_ReadingsOfOthersThanTheTracked_AreNotReporting() =>
        SlotSum.Of(new SlotSummary(Minute, TimeSpan.FromMinutes(1), 3, 5, 50, 5, new Dictionary<MissReason, long>()) { Covered = 2 }).ShouldBe(new SlotSum(Minute, 1, 5, 50, 5, 2, 2, 3));

    private static SlotSum Slot(int minute, long followers, long stored) => SlotSum.Of(
        new SlotSummary(minute * Minute, TimeSpan.FromMinutes(1), 100 + minute, stored, followers, followers / 2, new Dictionary<MissReason, long>()));
}
