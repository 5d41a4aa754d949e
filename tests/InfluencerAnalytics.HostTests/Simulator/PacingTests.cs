using Microsoft.Extensions.Time.Testing;
using Mockstagram.Simulator.Pacing;

namespace InfluencerAnalytics.HostTests.Simulator;

public sealed class PacingTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(20_000)]
    public void TryTake_AskedForMoreThanAllowed_GivesTheRateAndATenthOfASecondAtOnce(int perSecond)
    {
        var bucket = new TokenBucket(perSecond, _time);
        Take(bucket, perSecond * 2).ShouldBe(Math.Max(1, perSecond / 10));
        var taken = 0;
        for (var i = 0; i < 1000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            taken += Take(bucket, perSecond);
        }
        taken.ShouldBeInRange(perSecond * 10 - 1, perSecond * 10 + 1);
    }

    [Fact]
    public void Unused_RefusedInABurst_CountsTheRoomOfThatSecond()
    {
        var pacing = new ProviderPacing(Pace.Unlimited with { Limit = new RateLimit(100) }, _time);
        for (var i = 0; i < 60; i++)
            pacing.Admit();
        _time.Advance(TimeSpan.FromSeconds(1));
        // 10 were let in at once; the second had room for all 60.
        pacing.Unused.ShouldBe(50);
        for (var i = 0; i < 500; i++)
            pacing.Admit();
        _time.Advance(TimeSpan.FromSeconds(1));
        pacing.Unused.ShouldBe(50 + 90);
    }

    [Theory]
    [InlineData(4, 20)]
    [InlineData(8, 20)]
    [InlineData(16, 40)]
    [InlineData(32, 160)]
    public void ServeAsync_SoManyAtOnce_TakeTheTimeThatSharingAndCollapseMake(int requests, int milliseconds)
    {
        // 8 places of 20 ms, collapse beyond 16: 16 share and take twice as long; 32 run at half of that total, so that the last 16 leave sooner than the first came.
        using var sharing = new ProcessorSharing(8, TimeSpan.FromMilliseconds(20), 16, _time);
        var served = Enumerable.Range(0, requests).Select(_ => sharing.ServeAsync()).ToArray();
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        served.Count(task => task.IsCompleted).ShouldBe(0);
        _time.Advance(TimeSpan.FromMilliseconds(2));
        served.Count(task => task.IsCompleted).ShouldBe(requests);
        sharing.InFlight.ShouldBe(0);
    }

    [Fact]
    public void ServeAsync_OneComesLater_FinishesLater()
    {
        using var sharing = new ProcessorSharing(1, TimeSpan.FromMilliseconds(20), int.MaxValue, _time);
        var first = sharing.ServeAsync();
        _time.Advance(TimeSpan.FromMilliseconds(10));
        var second = sharing.ServeAsync();
        // 10 ms of work are left of the first, at half speed.
        _time.Advance(TimeSpan.FromMilliseconds(21));
        (first.IsCompleted, second.IsCompleted).ShouldBe((true, false));
        _time.Advance(TimeSpan.FromMilliseconds(10));
        second.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void Dispose_WhileSomeWait_LetsThemGo()
    {
        var sharing = new ProcessorSharing(1, TimeSpan.FromSeconds(20), int.MaxValue, _time);
        var waiting = sharing.ServeAsync();
        sharing.Dispose();
        waiting.IsCompleted.ShouldBeTrue();
        sharing.ServeAsync().IsCompleted.ShouldBeTrue();
    }

    [Theory]
    [InlineData("none")]
    [InlineData("2000/s")]
    public void RateLimit_ToString_IsHowItIsWritten(string text)
    {
        RateLimit.TryParse(text, out var limit).ShouldBeTrue();
        limit.ToString().ShouldBe(text);
        limit.Validate().ShouldBeNull();
    }

    [Theory]
    [InlineData("none")]
    [InlineData("64:20ms")]
    [InlineData("64:20ms:256")]
    public void Capacity_ToString_IsHowItIsWritten(string text)
    {
        Capacity.TryParse(text, out var capacity).ShouldBeTrue();
        capacity.ToString().ShouldBe(text);
        capacity.Validate().ShouldBeNull();
    }

    [Theory]
    [InlineData("0/s", null)]
    [InlineData("2000001/s", null)]
    [InlineData(null, "0:20ms")]
    [InlineData(null, "64:0ms")]
    [InlineData(null, "64:20ms:63")]
    public void Validate_OutOfRange_SaysSo(string? limit, string? capacity)
    {
        if (limit is not null)
            (RateLimit.TryParse(limit, out var parsed) ? parsed.Validate() : null).ShouldNotBeNull();
        if (capacity is not null)
            (Capacity.TryParse(capacity, out var parsed) ? parsed.Validate() : null).ShouldNotBeNull();
    }

    private static int Take(TokenBucket bucket, int times) => Enumerable.Range(0, times).Count(_ => bucket.TryTake());
}
