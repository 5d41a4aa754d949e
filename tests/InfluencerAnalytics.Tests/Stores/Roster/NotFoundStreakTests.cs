using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Tests.Stores.Roster;

public sealed class NotFoundStreakTests
{
    private const long Minute = 60_000;
    private const long Now = 1_000_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    [Fact]
    public void With_SeveralAnswers_KeepsTheFirstTheLastAndWhenItTurned() =>
        Answered(2, 3, 5).ShouldBe(new NotFoundStreak(Now + 2, 2 * Minute, 5 * Minute, Answers: 3, Tries: 0, NextTry: 0));

    [Theory]
    [InlineData(InfluencerStatus.Tracked, 6, 0, true)]
    // The same slot again, and one before it.
    [InlineData(InfluencerStatus.Tracked, 5, 0, false)]
    [InlineData(InfluencerStatus.Gone, 4, 0, false)]
    // Over before it was tracked; a gone one is not tracked since any time.
    [InlineData(InfluencerStatus.Tracked, 6, 7, false)]
    [InlineData(InfluencerStatus.Gone, 6, 7, true)]
    [InlineData(InfluencerStatus.Removed, 6, 0, false)]
    [InlineData(InfluencerStatus.Unknown, 6, 0, false)]
    public void IsExtendedBy_AnAnswer_IsSoWhenItSaysAnythingNew(InfluencerStatus status, int slot, int since, bool extends) =>
        Answered(5).IsExtendedBy(slot * Minute, Interval, status, since * Minute).ShouldBe(extends);

    [Fact]
    public void GivenUp_AfterTheLastAnswer_IsTriedAgainLessAndLessOften()
    {
        var streak = Answered(5, 6, 7).GivenUp(Interval);
        streak.GoneFrom(Interval).ShouldBe(8 * Minute);
        streak.NextTry.ShouldBe(8 * Minute);
        var again = Gone(streak, 8);
        again.NextTry.ShouldBe(10 * Minute);
        // One that was asked for before that, by another process, does not put it off.
        Gone(again, 9).NextTry.ShouldBe(10 * Minute);
        Gone(Gone(again, 9), 10).NextTry.ShouldBe(14 * Minute);
    }

    [Fact]
    public void After_AReadingOfTheLastSlotOrLater_NothingIsLeft()
    {
        Answered(5, 6).After(6 * Minute, InfluencerStatus.Tracked).IsAny.ShouldBeFalse();
        Answered(5, 6).GivenUp(Interval).After(9 * Minute, InfluencerStatus.Gone).ShouldBe(default);
    }

    [Fact]
    public void After_ALateReadingBetweenTheAnswers_OnlyTheLastIsLeft()
    {
        var left = Answered(2, 5, 8).After(5 * Minute, InfluencerStatus.Tracked);
        left.ShouldBe(Answered(2, 5, 8) with { First = 8 * Minute, Answers = 1 });
        left.After(6 * Minute, InfluencerStatus.Tracked).ShouldBe(left, "all that is left is behind it");
    }

    [Theory]
    [InlineData(2, InfluencerStatus.Tracked)]
    [InlineData(1, InfluencerStatus.Tracked)]
    [InlineData(5, InfluencerStatus.Gone)]
    public void After_ALateReadingBeforeThemOrOfAGoneOne_AllAreLeft(int slot, InfluencerStatus status) =>
        Answered(2, 5, 8).After(slot * Minute, status).ShouldBe(Answered(2, 5, 8));

    [Theory]
    [InlineData(7_259_000, 60, 3_600_000)]
    [InlineData(7_260_000, 60, 3_660_000)]
    // Six intervals of an hour.
    [InlineData(36_000_000, 3600, 14_400_000)]
    public void WindowStart_OfAnOutage_IsAWholeMinuteAnHourOrSixIntervalsAgo(long now, int seconds, long start) =>
        NotFoundOutage.WindowStart(now, TimeSpan.FromSeconds(seconds), 3).ShouldBe(start);

    private static NotFoundStreak Answered(params IEnumerable<int> slots) =>
        slots.Aggregate(default(NotFoundStreak), static (streak, slot) => streak.With(slot * Minute, Interval, InfluencerStatus.Tracked, Now + slot));

    private static NotFoundStreak Gone(NotFoundStreak streak, int slot) => streak.With(slot * Minute, Interval, InfluencerStatus.Gone, Now);
}
