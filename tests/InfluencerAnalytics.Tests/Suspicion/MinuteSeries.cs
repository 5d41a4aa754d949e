using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Suspicion;

namespace InfluencerAnalytics.Tests.Suspicion;

/// <summary>Minutes of an account that a test makes up: calm growth, a daily rhythm and noise, to which things happen.</summary>
internal sealed class MinuteSeries
{
    public const long MinuteMs = 60_000;
    public const int Day = 24 * 60;

    /// <summary>2026-11-01T00:00Z.</summary>
    public const long SomeStart = 1_793_491_200_000;

    private readonly double[] _followers;
    private readonly double[] _following;
    private readonly bool[] _lost;

    private MinuteSeries(double[] followers, double[] following, bool[] lost) => (_followers, _following, _lost) = (followers, following, lost);

    public long Start { get; init; } = SomeStart;

    public int Scale { get; init; } = 1;

    public int Minutes => _followers.Length;

    /// <summary>An ordinary account: half a percent up and down by day, and every hour a little more or less.</summary>
    public static MinuteSeries Calm(int seed, double size, int days)
    {
        var random = new Random(seed);
        var minutes = days * Day;
        var (followers, following) = (new double[minutes], new double[minutes]);
        var (level, drift) = (0.0, 0.0);
        for (var minute = 0; minute < minutes; minute++)
        {
            if (minute % 60 == 0)
                drift = (random.NextDouble() - 0.5) * 0.0008 / 60;
            level += drift + 0.00001 / 60;
            var daily = 0.0025 * Math.Sin(2 * Math.PI * minute / Day);
            followers[minute] = size * (1 + level + daily) + random.Next(-2, 3);
            following[minute] = 600 + Math.Round(minute / (double)Day);
        }
        return new MinuteSeries(followers, following, new bool[minutes]);
    }

    /// <summary>Mockstagram's own walk: a normal step of 10,000 at every reading.</summary>
    public static MinuteSeries Wild(int seed, int days)
    {
        var random = new Random(seed);
        var minutes = days * Day;
        var (followers, following) = (new double[minutes], new double[minutes]);
        var (at, follows) = (100_000.0, 1_000.0);
        for (var minute = 0; minute < minutes; minute++)
        {
            followers[minute] = at = Math.Max(5_000, at + 10_000 * Normal(random));
            following[minute] = follows = Math.Max(50, follows + 100 * Normal(random));
        }
        return new MinuteSeries(followers, following, new bool[minutes]);
    }

    /// <summary>The same, with each minute's followers multiplied by a factor that depends on the minutes since something began.</summary>
    public MinuteSeries Times(int from, Func<int, double> factor, Func<int, double>? followingFactor = null) => With(
        [.. _followers.Select((value, minute) => minute < from ? value : value * factor(minute - from))],
        [.. _following.Select((value, minute) => minute < from || followingFactor is null ? value : value * followingFactor(minute - from))],
        _lost);

    /// <summary>Followers that come at an even pace.</summary>
    public MinuteSeries Bought(int from, double share, int minutes) => Times(from, age => 1 + share * Math.Min(1, (double)age / minutes));

    /// <summary>A post goes round: steep first, slower and slower.</summary>
    public MinuteSeries Spike(int from, double share, int timeConstant) => Times(from, age => 1 + share * (1 - Math.Exp(-(double)age / timeConstant)));

    public MinuteSeries Without(Func<int, bool> lost) => With(_followers, _following, [.. _lost.Select((gone, minute) => gone || lost(minute))]);

    public MinuteSeries ScaledBy(int factor) => new(_followers, _following, _lost) { Start = Start, Scale = factor };

    public MinuteSeries MovedBy(long milliseconds) => new(_followers, _following, _lost) { Start = Start + milliseconds, Scale = Scale };

    public SuspicionOpinion Judge() => Fold(new SuspicionWatch()).Judge(Start + Minutes * MinuteMs);

    /// <summary>Gives all hours to a watch.</summary>
    /// <param name="opened">Told the hours that were looked into.</param>
    public SuspicionWatch Fold(SuspicionWatch watch, Action<int>? opened = null, int fromHour = 0, int? toHour = null)
    {
        for (var hour = fromHour; hour < (toHour ?? Minutes / 60); hour++)
        {
            if (RollUp(hour) is not { } rollup || !watch.Fold(rollup))
                continue;
            opened?.Invoke(hour);
            watch.Open(Readings(hour * 60 - 30, hour * 60 + 60));
        }
        return watch;
    }

    public List<DataPoint> Readings(int from, int to) =>
        [.. Enumerable.Range(Math.Max(0, from), to - Math.Max(0, from)).Where(minute => !_lost[minute]).Select(Point)];

    public Rollup? RollUp(int hour)
    {
        Rollup? rollup = null;
        foreach (var point in Readings(hour * 60, hour * 60 + 60))
        {
            rollup = rollup?.Add(point.FollowerCount, point.FollowingCount)
                ?? new Rollup(1, RollupPeriod.Hour, Start + hour * SuspicionWatch.HourMs, 1, RollupColumn.Of(point.FollowerCount), RollupColumn.Of(point.FollowingCount));
        }
        return rollup;
    }

    private DataPoint Point(int minute)
    {
        var slot = Start + minute * MinuteMs;
        return new DataPoint(1, Scale * (long)Math.Round(_followers[minute]), (long)Math.Round(_following[minute]), slot, slot, "one");
    }

    private MinuteSeries With(double[] followers, double[] following, bool[] lost) => new(followers, following, lost) { Start = Start, Scale = Scale };

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
