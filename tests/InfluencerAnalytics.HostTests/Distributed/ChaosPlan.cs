namespace InfluencerAnalytics.HostTests.Distributed;

/// <summary>What goes wrong.</summary>
internal enum Trouble
{
    Kill,
    Freeze,
    PostgresFast,
    PostgresImmediate,
    CutSqs,
    ProviderFails,
    ProviderHangs,
}

/// <summary>One trouble.</summary>
/// <param name="What">Which.</param>
/// <param name="Process">Which process, for those that befall one.</param>
/// <param name="Lasts">Until it is put right.</param>
/// <param name="Pause">From its beginning to that of the next.</param>
internal sealed record ChaosStep(Trouble What, int Process, TimeSpan Lasts, TimeSpan Pause);

/// <summary>A series of troubles, the same for the same seed.</summary>
internal static class ChaosPlan
{
    public static IEnumerable<ChaosStep> Of(int seed, int processes, TimeSpan length)
    {
        var random = new Random(seed);
        var kinds = Enum.GetValues<Trouble>();
        // Each kind once in a while, in an order of the seed's own.
        random.Shuffle(kinds);
        var sofar = TimeSpan.Zero;
        for (var step = 0; sofar < length; step++)
        {
            if (step % kinds.Length == 0)
                random.Shuffle(kinds);
            var what = kinds[step % kinds.Length];
            var lasts = what switch
            {
                Trouble.Kill => TimeSpan.FromSeconds(random.Next(1, 4)),
                // Longer than a hold of a third of the interval.
                Trouble.Freeze => TimeSpan.FromSeconds(random.Next(6, 12)),
                Trouble.CutSqs => TimeSpan.FromSeconds(random.Next(4, 25)),
                _ => TimeSpan.FromSeconds(random.Next(3, 12)),
            };
            var pause = TimeSpan.FromSeconds(random.Next(3, 9));
            sofar += pause;
            yield return new ChaosStep(what, random.Next(processes), lasts, pause);
        }
    }
}
