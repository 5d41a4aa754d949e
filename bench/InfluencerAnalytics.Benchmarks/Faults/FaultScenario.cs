using InfluencerAnalytics.Benchmarks.Weather;

namespace InfluencerAnalytics.Benchmarks.Faults;

/// <summary>A behaviour of the provider for some seconds.</summary>
/// <param name="Unmeasured">At its start: how long the program may take to settle.</param>
internal sealed record Phase(Behaviour Behaviour, int Seconds, int Unmeasured);

/// <summary>A row of the table.</summary>
/// <param name="Name">What <c>--only</c> picks it by.</param>
/// <param name="What">In words.</param>
/// <param name="IsBesideBaseline">Whether it has the baseline's influencers, so that its ratio is to the baseline's good answers and not to what is wanted.</param>
internal sealed record FaultScenario(string Name, string What, int Influencers, int Interval, IReadOnlyList<Phase> Phases, bool IsBesideBaseline = false)
{
    private static readonly int[] Rates = [50, 200, 2_000, 20_000];
    private static readonly int[] FewShardRates = [165, 259];
    private static readonly int[] Changing = [2_000, 500, 4_000];

    /// <summary>"Settled within 20 s" is what the controller has to keep.</summary>
    private const int Settle = 20;

    public static IEnumerable<FaultScenario> All(int influencers, int interval, int seconds)
    {
        FaultScenario Beside(string name, string what, params Phase[] phases) => new(name, what, influencers, interval, phases, IsBesideBaseline: true);
        Phase Steady(Behaviour behaviour) => new(behaviour, Settle + seconds, Settle);
        var good = Behaviour.Good;
        yield return Beside("baseline", "nothing wrong", Steady(good));
        yield return Beside("silent25", "a quarter of the requests never answered", Steady(good with { Faults = new() { ["silent"] = 0.25 } }));
        yield return Beside("503", "a quarter answered 503", Steady(good with { Faults = new() { ["503"] = 0.25 } }));
        yield return Beside("silent15", "15% never answered", Steady(good with { Faults = new() { ["silent"] = 0.15 } }));
        yield return Beside("far", "a provider 200 ms away", Steady(good with { LatencyMs = 200 }));
        // 64 places of 20 ms give 3,200 a second, and half as much again is wanted.
        yield return new("overloaded", "64 places of 20 ms, 4,800/s wanted, collapse beyond 512 in flight", 4_800 * interval, interval, [Steady(good with { Places = 64, ServiceMs = 20 })]);
        // Two hundred milliseconds away, hundreds are in flight, and then more of them than it can bear: nothing is left out, finding down is the point.
        yield return new("collapsing", "42 places of 20 ms, collapse beyond 336 in flight, after 200 ms of latency; 2,000/s wanted", 2_000 * interval, interval,
            [new(good with { LatencyMs = 200 }, Settle, Settle), new(good with { Places = 42, ServiceMs = 20 }, Settle + seconds, 0)]);
        // Two thousand a second need 400 in flight here, of which fewer than a tenth hold a place; all at once, they are more than it can bear.
        yield return new("far-places", "49 places of 20 ms, collapse beyond 392 in flight, 174 ms away; 2,000/s wanted", 2_000 * interval, interval,
            [new(good, Settle, Settle), new(good with { LatencyMs = 174, Places = 49, ServiceMs = 20 }, Settle + seconds, 0)]);
        var bad = good with { Faults = new() { ["503"] = 1 } };
        // Nothing is left out: finding back within the 20 good seconds is the point. The start is settled first.
        yield return Beside("alternating", "20 s good, 20 s all 503",
            [new(good, Settle, Settle), .. Enumerable.Range(0, Math.Max(1, seconds / 40)).SelectMany(_ => new[] { new Phase(bad, 20, 0), new Phase(good, 20, 0) })]);
        foreach (var rate in Rates)
            yield return new($"limit{rate}", $"{rate:N0} a second allowed, twice as much wanted", 2 * rate * interval, interval, [Steady(good with { PerSecond = rate })]);
        yield return new("changing", "2,000, then 500, then 4,000 a second allowed, 8,000 wanted", 8_000 * interval, interval,
            [.. Changing.Select(rate => new Phase(good with { PerSecond = rate }, Settle + Math.Max(10, seconds / 3), Settle))]);
        // Three shards in five seconds: what comes at once is refused at once, and nothing is left out, for a fault may not last longer.
        foreach (var rate in FewShardRates)
            yield return new($"few{rate}", $"{rate} a second allowed, 300 wanted in three shards, from the first second on", 1_500, 5, [new(good, Settle, Settle), new(good with { PerSecond = rate }, seconds, 0)]);
        yield return new("few-places", "5 places of 20 ms, 300/s wanted in three shards, from the first second on", 1_500, 5,
            [new(good, Settle, Settle), new(good with { Places = 5, ServiceMs = 20 }, seconds, 0)]);
        // A fault that leaves another behind, with time to calm down between them, as an hour of weather has them.
        Phase Calm(int length) => new(good, length, length);
        yield return new("errors-then-limit", "15% silent and 2,450 a second allowed, after 90% 503 at 181 ms; 2,000/s wanted", 2_000 * interval, interval,
        [
            Calm(Settle),
            new(good with { Faults = new() { ["503"] = 0.9, ["429"] = 0.01 }, LatencyMs = 181 }, 35, 35),
            Calm(25),
            new(good with { Faults = new() { ["silent"] = 0.15 }, PerSecond = 2_450 }, seconds, 0),
        ]);
        yield return new("hanging-then-places", "12 places of 20 ms, collapse beyond 96 in flight, after 60% silent at 95 ms; 2,000/s wanted", 2_000 * interval, interval,
        [
            Calm(Settle),
            new(good with { Faults = new() { ["silent"] = 0.6 }, LatencyMs = 95 }, 35, 35),
            Calm(25),
            new(good with { Places = 12, ServiceMs = 20, PerSecond = 1_760 }, seconds, 0),
        ]);
        yield return new("refused-then-well", "nothing wrong, after 14 s of bare 429; 10,000 at 60 s", 10_000, 60,
        [
            Calm(75),
            new(good with { Faults = new() { ["429"] = 1 } }, 14, 14),
            new(good, 60, 0),
        ]);
        yield return Burst("burst5", 2_000, 5, sticky: 0.001, burst: 20, after: 60);
        yield return Burst("burst60", 10_000, 60, sticky: 0.004, burst: 90, after: 240);
    }

    /// <summary>Ids that never answer and a burst of 429 with <c>Retry-After: 0</c>: what is measured is the time after the burst, from its first interval's end on.</summary>
    private static FaultScenario Burst(string name, int influencers, int interval, double sticky, int burst, int after)
    {
        var hanging = Behaviour.Good with { Sticky = new() { ["silent"] = sticky } };
        return new(name, $"{influencers:N0} at {interval} s, about {influencers * sticky:N0} ids silent, after {burst} s of 40% 429", influencers, interval,
        [
            new(hanging, Settle, Settle),
            new(hanging with { Faults = new() { ["429"] = 0.4 } }, burst, burst),
            new(hanging, after, interval),
        ]);
    }
}
