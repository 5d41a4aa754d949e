using InfluencerAnalytics.Working;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Working;

public sealed class EpisodeTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Episode _episode;

    public EpisodeTests() => _episode = new Episode(_time);

    [Fact]
    public void Happened_AgainAndAgain_IsToldOnce()
    {
        _episode.Happened("away").ShouldBeTrue();
        for (var i = 0; i < 1000; i++)
            _episode.Happened("away").ShouldBeFalse();
        _episode.IsOn.ShouldBeTrue();
    }

    [Fact]
    public void Happened_OtherReason_IsToldOnceEach()
    {
        _episode.Happened("away").ShouldBeTrue();
        _episode.Happened("full").ShouldBeTrue();
        _episode.Happened("away").ShouldBeFalse("a trouble of two reasons in turns is no news");
        _episode.Happened("full").ShouldBeFalse();
    }

    [Fact]
    public void Happened_ReasonWithOtherNumbers_IsTheSame()
    {
        _episode.Happened("812 MiB free at 12:00").ShouldBeTrue();
        _episode.Happened("7 MiB free at 13:59").ShouldBeFalse();
    }

    [Fact]
    public void Happened_EndlessReasons_AreNotAllTold() =>
        Enumerable.Range(0, 1000).Count(i => _episode.Happened(new string('x', i))).ShouldBe(16);

    [Fact]
    public void Over_None_IsNull() => _episode.Over().ShouldBeNull();

    [Fact]
    public void Over_AtOnce_SaysForHowLongAndHowOften()
    {
        _episode.Happened("away");
        _time.Advance(TimeSpan.FromSeconds(90));
        _episode.Happened("away", 5);
        _time.Advance(TimeSpan.FromSeconds(30));
        _episode.Over().ShouldBe(new PastEpisode(120, 6));
        _episode.Over().ShouldBeNull();
        _episode.IsOn.ShouldBeFalse();
        _episode.Happened("away").ShouldBeTrue("it begins anew");
    }

    [Fact]
    public void Over_Quiet_WaitsForTheQuietAndDoesNotCountIt()
    {
        var quiet = TimeSpan.FromSeconds(60);
        _episode.Happened("expired");
        for (var i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(59));
            _episode.Over(quiet).ShouldBeNull();
            _episode.Happened("expired").ShouldBeFalse();
        }
        _time.Advance(TimeSpan.FromSeconds(1));
        _episode.Over(quiet).ShouldBeNull();
        _time.Advance(quiet);
        _episode.Over(quiet).ShouldBe(new PastEpisode(591, 11));
    }

    [Fact]
    public void Over_FirstSuccessLongAfterTheLastFailure_LastedUntilTheSuccess()
    {
        var quiet = TimeSpan.FromSeconds(10);
        _episode.Happened("away");
        _time.Advance(TimeSpan.FromSeconds(30));
        _episode.Happened("away");
        // The next attempt takes this long, and succeeds.
        _time.Advance(TimeSpan.FromSeconds(25));
        _episode.Over(quiet).ShouldBe(new PastEpisode(55, 2));
    }

    [Fact]
    public void Over_FailsAgainAfterASuccess_LastedUntilTheLastSuccess()
    {
        var quiet = TimeSpan.FromSeconds(10);
        _episode.Happened("away");
        _time.Advance(TimeSpan.FromSeconds(5));
        _episode.Over(quiet).ShouldBeNull();
        _episode.Happened("away");
        _time.Advance(TimeSpan.FromSeconds(5));
        _episode.Over(quiet).ShouldBeNull();
        _time.Advance(TimeSpan.FromSeconds(60));
        _episode.Over(quiet).ShouldBe(new PastEpisode(10, 2));
    }
}
