namespace InfluencerAnalytics.Benchmarks.Weather;

/// <summary>One spell of weather: what is wrong, for how long, and whether calm follows.</summary>
internal sealed record Spell(Behaviour Behaviour, int Seconds, int CalmSeconds);

/// <summary>Which fault comes when: the same seed gives the same plan.</summary>
internal sealed class WeatherPlan(int seed, double wantedPerSecond, int intervalSeconds)
{
    /// <summary>Kinds of fault of single answers.</summary>
    private static readonly string[] Answers = ["500", "429", "503", "reset", "silent", "drip", "truncated", "wrong-pk", "negative", "missing", "non-numeric", "not_found"];

    private static readonly string[] StickyOnes = ["silent", "503", "not_found", "truncated", "500"];
    private static readonly double[] Strengths = [0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.4, 0.6, 0.9, 1];

    // Seeded so that a run can be repeated; nothing here is secret.
#pragma warning disable CA5394
    private readonly Random _random = new(seed);

    /// <summary>Calm enough to see the first full slot after a fault: up to one interval until it begins, one until its last shard is due, and half of one to be answered.</summary>
    public int CalmSeconds => intervalSeconds * 5 / 2;

    /// <summary>One spell for each turn of so many seconds; one in four goes over into the next without calm, never the last.</summary>
    public IReadOnlyList<Spell> Make(int turns, int turnSeconds)
    {
        var spells = new List<Spell>(turns);
        for (var i = 0; i < turns; i++)
        {
            var behaviour = _random.Next(3) == 0 ? Mix(2 + _random.Next(2)) : Add(Behaviour.Good, i);
            var goesOver = i < turns - 1 && behaviour.OutageSeconds == 0 && _random.Next(4) == 0;
            var calm = goesOver ? 0 : CalmSeconds;
            if (behaviour.OutageSeconds > 0)
                behaviour = behaviour with { OutageSeconds = Math.Max(1, turnSeconds - calm - 2) };
            spells.Add(new Spell(behaviour, turnSeconds - calm, calm));
        }
        return spells;
    }

    private Behaviour Mix(int kinds)
    {
        var mixture = Behaviour.Good;
        for (var i = 0; i < kinds; i++)
            mixture = Add(mixture, _random.Next());
        // An outage hides all else.
        return mixture with { OutageSeconds = 0 };
    }

    /// <summary>One more thing that is wrong; the turn's number goes round the groups, so that an hour has them all.</summary>
    private Behaviour Add(Behaviour before, int group) => (group % 8) switch
    {
        0 or 1 or 2 => WithFault(before, Answers[_random.Next(Answers.Length)]),
        3 => before with { Sticky = new() { [StickyOnes[_random.Next(StickyOnes.Length)]] = Strengths[_random.Next(7)] } },
        // From a quarter of what is wanted to twice as much.
        4 => before with { PerSecond = (int)(wantedPerSecond * (0.25 + 1.75 * _random.NextDouble())) },
        5 => before with { Places = Math.Max(1, (int)(wantedPerSecond * 0.02 * (0.25 + _random.NextDouble()))), ServiceMs = 20 },
        6 => before with { LatencyMs = 10 + _random.Next(200) },
        _ => before with { OutageSeconds = 1 },
    };

    private Behaviour WithFault(Behaviour before, string kind)
    {
        var strength = Math.Min(Strengths[_random.Next(Strengths.Length)], 1 - before.Faults.Values.Sum());
        var faults = new Dictionary<string, double>(before.Faults) { [kind] = strength };
        return faults.Values.Sum() <= 1 ? before with { Faults = faults } : before;
    }
#pragma warning restore CA5394
}
