using InfluencerAnalytics.Benchmarks.Weather;

namespace InfluencerAnalytics.HostTests.Weather;

/// <summary>A judge that never finds anything would make every hour of weather come through.</summary>
public sealed class WeatherJudgeTests
{
    private const int Interval = 10;
    private const int Influencers = 100;

    private static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly Spell Spell = new(Behaviour.Good with { PerSecond = 5 }, 35, 25);

    [Theory]
    [InlineData(900, 1000, true)]
    [InlineData(899, 1000, false)]
    [InlineData(0, 1000, false)]
    [InlineData(0, 0, false)]
    public void GoodAnswers_OfOneSpell_MustBeNineTenths(long good, double willing, bool isWell) =>
        WeatherJudge.GoodAnswers([Figures(good, willing)]).Any().ShouldBe(!isWell);

    [Fact]
    public void GoodAnswers_MoreThanOwedInOneSpell_MakeUpForNoOther()
    {
        WeatherJudge.GoodAnswers([Figures(5000, 1000), Figures(700, 1000)]).ShouldHaveSingleItem().ShouldContain("85");
        WeatherJudge.GoodAnswers([Figures(1000, 1000), Figures(800, 1000)]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(100, 0, true)]
    [InlineData(99, 0, false)]
    [InlineData(98, 2, true)]
    [InlineData(97, 3, false)]
    public void Recovery_FirstSlotAfterTheFault_MustBeWholeWithNextToNobodyGone(long stored, long gone, bool isWell)
    {
        var slots = new[] { Slot(0, 50, 100), Slot(10, stored, gone == 0 ? 100 : 100 - gone, gone), Slot(20, 1, 100) }.ToDictionary(slot => slot.Slot);
        var errors = WeatherJudge.Recovery([Figures(1, 1, Start.AddSeconds(0.5))], slots, Interval, Influencers).ToList();
        errors.Count.ShouldBe(isWell ? 0 : 1);
    }

    [Fact]
    public void Recovery_SlotWasNeverFinal_IsSaid() =>
        WeatherJudge.Recovery([Figures(1, 1, Start)], new Dictionary<DateTimeOffset, SlotAccount>(), Interval, Influencers).ShouldHaveSingleItem().ShouldContain("never shown");

    [Fact]
    public void Recovery_WithoutCalm_SaysNothing() =>
        WeatherJudge.Recovery([Figures(1, 1)], new Dictionary<DateTimeOffset, SlotAccount>(), Interval, Influencers).ShouldBeEmpty();

    [Theory]
    [InlineData(60, 40, 100, 0, true)]
    [InlineData(60, 30, 90, 10, true)]
    [InlineData(60, 39, 100, 0, false)]
    [InlineData(60, 41, 100, 0, false)]
    [InlineData(60, 30, 90, 9, false)]
    public void Accounting_OfASlot_MustAddUp(long stored, long missed, long tracked, long gone, bool isWell)
    {
        var slots = new[] { Slot(0, 100, 100), Slot(10, stored, tracked, gone, missed), Slot(20, 100, 100) }.ToDictionary(slot => slot.Slot);
        var errors = WeatherJudge.Accounting(slots, Start, Start.AddSeconds(41), Interval, Influencers).ToList();
        errors.Count.ShouldBe(isWell ? 0 : 1);
    }

    [Fact]
    public void Accounting_SlotLeftOut_IsSaid()
    {
        var slots = new[] { Slot(0, 100, 100), Slot(20, 100, 100) }.ToDictionary(slot => slot.Slot);
        WeatherJudge.Accounting(slots, Start, Start.AddSeconds(41), Interval, Influencers).ShouldHaveSingleItem().ShouldContain("12:00:10");
    }

    [Theory]
    [InlineData(119, true)]
    [InlineData(121, false)]
    public void Memory_SecondHalf_MayGrowByAFifth(long late, bool isWell)
    {
        var length = TimeSpan.FromMinutes(60);
        var samples = Enumerable.Range(0, 60).Select(minute => new MemorySample(TimeSpan.FromMinutes(minute), minute < 30 ? 100 : late)).ToList();
        WeatherJudge.Memory(samples, length).Any().ShouldBe(!isWell);
        WeatherJudge.Memory([], length).ShouldNotBeEmpty("nothing was measured");
    }

    private static SpellFigures Figures(long good, double willing, DateTimeOffset? calmFrom = null) => new(Spell, 35, good, willing, calmFrom);

    private static SlotAccount Slot(int second, long stored, long tracked, long gone = 0, long missed = 0) =>
        new(Start.AddSeconds(second), true, stored, tracked, gone, new Dictionary<string, long> { ["timeout"] = missed });
}
