using InfluencerAnalytics.Pipeline.Fetching;

namespace InfluencerAnalytics.Tests.Pipeline;

public sealed class AdaptiveConcurrencyTests
{
    private const int WindowMs = 500;

    [Theory]
    [InlineData(20)]
    [InlineData(100)]
    [InlineData(300)]
    [InlineData(450)]
    [InlineData(600)]
    [InlineData(1000)]
    [InlineData(2000)]
    public void Observe_ProviderOfAnyLatencyWithoutALimit_ClimbsToTheMaximum(int latencyMs)
    {
        var concurrency = new AdaptiveConcurrency(32, 4096);
        var provider = new ModelProvider(latencyMs, int.MaxValue);
        for (var window = 0; window < 240; window++)
            provider.RunWindow(concurrency);
        concurrency.Limit.ShouldBe(4096);
    }

    [Theory]
    [InlineData(20, 1000)]
    [InlineData(100, 1000)]
    [InlineData(200, 50)]
    public void Observe_ProviderWithALimit_UsesItWithoutPilingUp(int latencyMs, int capacityPerWindow)
    {
        var concurrency = new AdaptiveConcurrency(32, 4096);
        var provider = new ModelProvider(latencyMs, capacityPerWindow);
        for (var window = 0; window < 120; window++)
            provider.RunWindow(concurrency);
        var completed = 0;
        var needed = Math.Max(32, capacityPerWindow * latencyMs / WindowMs);
        for (var window = 0; window < 40; window++)
        {
            completed += provider.RunWindow(concurrency);
            concurrency.Limit.ShouldBeLessThanOrEqualTo(needed * 4);
        }
        completed.ShouldBeGreaterThan(capacityPerWindow * 40 * 9 / 10);
    }

    [Fact]
    public void Observe_ProviderHangs_DoesNotClimb()
    {
        var concurrency = new AdaptiveConcurrency(32, 4096);
        for (var window = 0; window < 100; window++)
            concurrency.Observe(0, 0, backlogged: true);
        concurrency.Limit.ShouldBe(32);
    }

    [Fact]
    public void Observe_Overload_Cuts()
    {
        var concurrency = new AdaptiveConcurrency(100, 4096);
        concurrency.Observe(100, 50, backlogged: true);
        concurrency.Limit.ShouldBe(70);
        for (var window = 0; window < 100; window++)
            concurrency.Observe(100, 100, backlogged: true);
        concurrency.Limit.ShouldBe(1);
        for (var window = 0; window < 1000; window++)
            concurrency.Observe(100 * concurrency.Limit, 0, backlogged: true);
        concurrency.Limit.ShouldBe(4096);
    }

    [Fact]
    public void Observe_IsolatedFailures_DoNotCut()
    {
        var concurrency = new AdaptiveConcurrency(100, 100);
        for (var window = 0; window < 100; window++)
            concurrency.Observe(100, 5, backlogged: true);
        concurrency.Limit.ShouldBe(100);
        concurrency.Observe(4, 4, backlogged: true);
        concurrency.Limit.ShouldBe(100);
    }

    [Fact]
    public void Observe_FewTimeoutsInAWindowOfTheirOwn_DoNotCut()
    {
        var concurrency = new AdaptiveConcurrency(100, 100);
        for (var visit = 0; visit < 50; visit++)
        {
            concurrency.Observe(475, 0, backlogged: false);
            for (var window = 0; window < 3; window++)
                concurrency.Observe(0, 0, backlogged: false);
            concurrency.Observe(25, 25, backlogged: false);
        }
        concurrency.Limit.ShouldBe(100);
    }

    [Fact]
    public void Observe_NoBacklog_Stays()
    {
        var concurrency = new AdaptiveConcurrency(32, 4096);
        for (var window = 0; window < 100; window++)
            concurrency.Observe(10_000, 0, backlogged: false);
        concurrency.Limit.ShouldBe(32);
    }

    [Fact]
    public void Constructor_InitialAboveMaximum_IsTheMaximum() => new AdaptiveConcurrency(32, 4).Limit.ShouldBe(4);

    /// <summary>Answers after a fixed latency, so many a window at most, with an endless backlog before it. Ticks of 10 ms.</summary>
    private sealed class ModelProvider(int latencyMs, int capacityPerWindow)
    {
        private const int TickMs = 10;

        private readonly Queue<(long ReadyAt, int Count)> _inFlight = new();
        private long _now;
        private int _count;
        private double _credit;

        public int RunWindow(AdaptiveConcurrency concurrency)
        {
            var completed = 0;
            for (var tick = 0; tick < WindowMs / TickMs; tick++)
            {
                _now += TickMs;
                _credit = Math.Min(_credit + (double)capacityPerWindow * TickMs / WindowMs, capacityPerWindow);
                while (_inFlight.TryPeek(out var next) && next.ReadyAt <= _now && _credit >= 1)
                {
                    _inFlight.Dequeue();
                    var answered = (int)Math.Min(next.Count, _credit);
                    _credit -= answered;
                    completed += answered;
                    _count -= answered;
                    if (answered < next.Count)
                        PutBack(next with { Count = next.Count - answered });
                }
                if (concurrency.Limit > _count)
                    _inFlight.Enqueue((_now + latencyMs, concurrency.Limit - _count));
                _count = Math.Max(_count, concurrency.Limit);
            }
            concurrency.Observe(completed, 0, backlogged: true);
            return completed;
        }

        private void PutBack((long ReadyAt, int Count) rest)
        {
            var others = _inFlight.ToArray();
            _inFlight.Clear();
            _inFlight.Enqueue(rest);
            foreach (var other in others)
                _inFlight.Enqueue(other);
        }
    }
}
