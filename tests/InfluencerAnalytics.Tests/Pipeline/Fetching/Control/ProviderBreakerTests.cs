using InfluencerAnalytics.Pipeline.Fetching.Control;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Pipeline.Fetching.Control;

public sealed class ProviderBreakerTests
{
    private const double WindowSeconds = 0.5;

    private readonly FakeTimeProvider _time = new();
    private readonly ProviderBreaker _breaker;

    public ProviderBreakerTests() => _breaker = new ProviderBreaker(_time, TimeSpan.FromSeconds(2));

    [Fact]
    public void Observe_ProviderIsWellForLong_KeepsNoMoreThanItLooksBackTo()
    {
        var first = RunOne();
        for (var window = 0; window < 600; window++)
            Run(10, good: 10);
        GC.Collect();
        first.IsAlive.ShouldBeFalse("a process lives for months, and each window would stay");
    }

    /// <summary>A shard that is asked for in no time, and then quiet until the next one: nobody has to wait for four of them.</summary>
    [Theory]
    [InlineData(60)]
    [InlineData(10)]
    public void Observe_FewShardsAndNothingIsAnswered_IsAwayTenSecondsAfterTheFirst(int secondsBetween)
    {
        Run(500, good: 500);
        Quiet(secondsBetween);
        Run(500, good: 0);
        Quiet(10.5);
        _breaker.IsOpen.ShouldBeTrue();
    }

    [Theory]
    [InlineData(60)]
    [InlineData(10)]
    public void Observe_FewShardsAndATenthIsAnswered_IsNotAway(int secondsBetween)
    {
        for (var shard = 0; shard < 10; shard++)
        {
            Run(500, good: 50);
            Quiet(secondsBetween);
            _breaker.IsOpen.ShouldBeFalse();
        }
    }

    private void Quiet(double seconds)
    {
        for (var passed = 0.0; passed < seconds; passed += WindowSeconds)
            Run(0, good: 0);
    }

    private WeakReference RunOne()
    {
        var sent = new WeakReference(_breaker.Current);
        Run(10, good: 10);
        return sent;
    }

    private void Run(int requests, int good)
    {
        for (var i = 0; i < requests; i++)
        {
            _breaker.Current.Send();
            if (i < good)
                _breaker.Current.EndWell();
            else
                _breaker.Current.Fail(isRefused: false);
        }

        _time.Advance(TimeSpan.FromSeconds(WindowSeconds));
        _breaker.Observe(WindowSeconds);
    }
}
