using InfluencerAnalytics.Pipeline.Suspicion;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Pipeline.Suspicion;

public sealed class CheckBreakerTests
{
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Count_TenInARowFailed_OpensAndProbesOnceABreak()
    {
        var breaker = new CheckBreaker(_time, Break);
        for (var id = 0; id < 9; id++)
            breaker.Count(id, false).ShouldBeNull();
        breaker.TryPass().ShouldBeTrue();
        breaker.Count(9, false).ShouldBe(true);
        breaker.TryPass().ShouldBeFalse();
        _time.Advance(Break);
        breaker.TryPass().ShouldBeTrue();
        breaker.TryPass().ShouldBeFalse();
        breaker.Count(10, false).ShouldBeNull();
        _time.Advance(Break);
        breaker.TryPass().ShouldBeTrue();
        breaker.Count(11, true).ShouldBe(false);
        breaker.TryPass().ShouldBeTrue();
    }

    [Fact]
    public void Count_SomeAreGoodOrTheSameFailsTimeAndAgain_StaysClosed()
    {
        var breaker = new CheckBreaker(_time, Break);
        for (var id = 0; id < 100; id++)
            breaker.Count(id, id % 10 == 0).ShouldBeNull();
        breaker.Count(1, true);
        for (var i = 0; i < 100; i++)
            breaker.Count(i % 9, false).ShouldBeNull();
        breaker.TryPass().ShouldBeTrue();
    }
}
