namespace InfluencerAnalytics.Benchmarks.Suspicion;

/// <summary>Which minutes of an account were not read. The same seed and account lose the same ones.</summary>
internal static class LostReadings
{
    private const double Share = 0.02;
    private const int MinutesPerOutage = 5 * 1440;
    private const int LeastOutage = 2 * 60;
    private const int LongestOutage = 10 * 60;

    /// <summary>Two in a hundred, each by itself.</summary>
    public static bool[] Some(long seed, long id, int minutes)
    {
        var random = new Random(HashCode(seed, id));
        var lost = new bool[minutes];
        for (var minute = 0; minute < minutes; minute++)
            lost[minute] = random.NextDouble() < Share;
        return lost;
    }

    /// <summary>Whole stretches of 2 to 10 hours, one every five days on average.</summary>
    public static bool[] Outages(long seed, long id, int minutes)
    {
        var random = new Random(HashCode(seed, id) + 1);
        var lost = new bool[minutes];
        for (var outage = 0; outage < minutes / MinutesPerOutage; outage++)
        {
            var length = random.Next(LeastOutage, LongestOutage + 1);
            Array.Fill(lost, true, random.Next(minutes - length), length);
        }
        return lost;
    }

    private static int HashCode(long seed, long id) => (int)((seed * 1_000_003 + id) & 0x3FFFFFFF);
}
