using CsCheck;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Tests.Influencers;

public sealed class DomainTests
{
    [Theory]
    [InlineData(5, 2, 2.5)]
    [InlineData(0, 3, 0.0)]
    [InlineData(7, 0, null)]
    [InlineData(1, 3, 1.0 / 3)]
    public void FollowerRatio_AnyCounts_IsARealNumberOrNull(long followers, long following, double? ratio) =>
        new DataPoint(1, followers, following, 0, 0, "").FollowerRatio.ShouldBe(ratio);

    [Fact]
    public void Clean_AnyString_ShortAndWithoutControlCharacters() => Gen.Char.Array[0, 600].Sample(characters =>
    {
        var cleaned = Usernames.Clean(new string(characters));
        cleaned.Length.ShouldBeLessThanOrEqualTo(256);
        cleaned.Any(char.IsControl).ShouldBeFalse();
        Usernames.Clean(cleaned).ShouldBe(cleaned);
    });

    [Fact]
    public void Clean_CutWithinASurrogatePair_CutsBeforeIt() =>
        Usernames.Clean(new string('x', 255) + "😀").ShouldBe(new string('x', 255));

    [Fact]
    public void MissReasons_EveryReason_HasANameOfItsOwnThatReadsBack()
    {
        var reasons = Enum.GetValues<MissReason>();
        reasons.Select(MissReasons.NameOf).Distinct().Count().ShouldBe(reasons.Length);
        reasons.ShouldAllBe(reason => MissReasons.Parse(MissReasons.NameOf(reason)) == reason);
        MissReasons.Parse("").ShouldBe(MissReason.Other);
        MissReasons.Count.ShouldBe((int)reasons.Max() + 1);
    }

    [Fact]
    public void NextTry_AnsweredAgainAndAgain_DoublesUpToAnHour()
    {
        var minute = TimeSpan.FromMinutes(1);
        Enumerable.Range(1, 4).Select(answers => GoneBackoff.NextTry(0, minute, answers) / 60_000).ShouldBe([1L, 2L, 4L, 8L]);
        GoneBackoff.NextTry(0, minute, 12).ShouldBe((long)TimeSpan.FromHours(1).TotalMilliseconds);
        GoneBackoff.NextTry(0, minute, int.MaxValue).ShouldBe((long)TimeSpan.FromHours(1).TotalMilliseconds);
    }

    [Fact]
    public void NextTry_AnyIntervalAndCount_IsALaterSlotAtMostAnHourAway() => Gen.Select(Gen.Int[1, 3600], Gen.Int[1, 1000]).Sample((seconds, answers) =>
    {
        var next = GoneBackoff.NextTry(0, TimeSpan.FromSeconds(seconds), answers);
        (next % (seconds * 1000L)).ShouldBe(0);
        next.ShouldBeInRange(seconds * 1000L, 86_400_000);
    });
}
