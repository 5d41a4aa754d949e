using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;
using Mockstagram.Simulator.Walks;

namespace InfluencerAnalytics.Benchmarks.Suspicion;

/// <summary>The minutes of one account over some days, and which of them nobody read.</summary>
internal sealed class WalkedSeries
{
    public const long MinuteMs = 60_000;
    public const long HourMs = 60 * MinuteMs;
    public const int MinutesPerHour = 60;

    private readonly long _id;
    private readonly long[] _followers;
    private readonly long[] _following;
    private readonly bool[] _lost;

    private WalkedSeries(long id, long start, long[] followers, long[] following, bool[] lost)
    {
        (_id, Start, _followers, _following, _lost) = (id, start, followers, following, lost);
    }

    /// <summary>Epoch milliseconds, a whole hour.</summary>
    public long Start { get; }

    public int Hours => _followers.Length / MinutesPerHour;

    public static WalkedSeries Of(long seed, long id, long start, int hours)
    {
        var walk = new LifelikeWalk(seed, id);
        var minutes = hours * MinutesPerHour;
        var (followers, following) = (new long[minutes], new long[minutes]);
        for (var minute = 0; minute < minutes; minute++)
        {
            var numbers = walk.At(start + minute * MinuteMs);
            (followers[minute], following[minute]) = (numbers.Followers, numbers.Following);
        }
        return new WalkedSeries(id, start, followers, following, new bool[minutes]);
    }

    /// <summary>Mockstagram's own walk at one reading a minute: a normal step of 10,000 followers and of 100 following (Box and Muller, 1958).</summary>
    public static WalkedSeries OfWild(long seed, long id, long start, int hours)
    {
        var random = new Random((int)((seed * 1_000_003 + id) & 0x3FFFFFFF));
        var minutes = hours * MinutesPerHour;
        var (followers, following) = (new long[minutes], new long[minutes]);
        var (at, follows) = (100_000.0, 1_000.0);
        for (var minute = 0; minute < minutes; minute++)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            var (sin, cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
            (at, follows) = (Math.Max(5_000, at + 10_000 * radius * cos), Math.Max(50, follows + 100 * radius * sin));
            (followers[minute], following[minute]) = ((long)at, (long)follows);
        }
        return new WalkedSeries(id, start, followers, following, new bool[minutes]);
    }

    /// <summary>The same with readings that were lost.</summary>
    public WalkedSeries Without(bool[] lost) => new(_id, Start, _followers, _following, lost);

    /// <summary>The same with more followers from some minute on.</summary>
    /// <param name="added">What comes in addition, as a share, so many minutes after it.</param>
    public WalkedSeries With(int from, Func<int, double> added)
    {
        var followers = (long[])_followers.Clone();
        for (var minute = from; minute < followers.Length; minute++)
            followers[minute] = (long)Math.Round(followers[minute] * (1 + added(minute - from)));
        return new WalkedSeries(_id, Start, followers, _following, _lost);
    }

    public long FollowersAt(long unixMs) => _followers[Math.Clamp((int)((unixMs - Start) / MinuteMs), 0, _followers.Length - 1)];

    /// <summary>The roll-up of an hour; null when none of its readings is there.</summary>
    public Rollup? RollUp(int hour)
    {
        Rollup? rollup = null;
        for (var minute = hour * MinutesPerHour; minute < (hour + 1) * MinutesPerHour; minute++)
        {
            if (!_lost[minute])
                rollup = rollup?.Add(_followers[minute], _following[minute]) ?? First(hour, minute);
        }
        return rollup;
    }

    /// <summary>The readings of an hour and of some time before it.</summary>
    public List<DataPoint> ReadingsOf(int hour, long beforeMs)
    {
        var points = new List<DataPoint>();
        for (var minute = Math.Max(0, hour * MinutesPerHour - (int)(beforeMs / MinuteMs)); minute < (hour + 1) * MinutesPerHour; minute++)
        {
            var slot = Start + minute * MinuteMs;
            if (!_lost[minute])
                points.Add(new DataPoint(_id, _followers[minute], _following[minute], slot, slot, ""));
        }
        return points;
    }

    private Rollup First(int hour, int minute) => new(
        _id, RollupPeriod.Hour, Start + hour * HourMs, 1, RollupColumn.Of(_followers[minute]), RollupColumn.Of(_following[minute]));
}
