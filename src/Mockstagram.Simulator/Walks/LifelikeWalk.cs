namespace Mockstagram.Simulator.Walks;

/// <summary>
/// The believable life of one account: calm growth, a daily and a weekly rhythm, now and then a post that goes round,
/// and seldom a lot of followers bought within minutes. A pure function of seed, account and time, so a history written
/// for the past joins what the live simulator serves, without a jump. Immutable; make one per account and ask it often.
/// </summary>
public readonly struct LifelikeWalk
{
    private const double MsPerMinute = 60_000;
    private const double MsPerHour = 60 * MsPerMinute;
    private const double MsPerDay = 24 * MsPerHour;
    private const double MsPerYear = 365.25 * MsPerDay;

    /// <summary>2025-01-01, the time at which an account has its own size; growth counts from here.</summary>
    private const double Origin = 1_735_689_600_000;

    // Positions in the account's stream. Each noise and each kind of event has a stream of its own, derived from these.
    private const int SizePosition = 0;
    private const int HabitPosition = 1;
    private const int SlowNoise = 2;
    private const int HourNoise = 3;
    private const int MinuteNoise = 4;
    private const int FollowingNoise = 5;
    private const int SpikeEvents = 6;
    private const int BoughtEvents = 7;

    private const double SpikeStretch = 12 * MsPerDay;
    private const double SpikeLife = 36 * MsPerDay;
    private const double SpikeRise = 6 * MsPerHour;
    private const double SpikeChance = 0.3;
    private const double BoughtStretch = 45 * MsPerDay;
    private const double BoughtLife = 45 * MsPerDay;
    private const double BoughtRise = 15 * MsPerMinute;
    private const double BoughtChance = 0.125;

    private readonly ulong _key;
    private readonly double _size;
    private readonly double _following;
    private readonly double _growth;
    private readonly double _peak;

    /// <param name="seed">The simulator's <c>--seed</c>.</param>
    /// <param name="pk">The account.</param>
    public LifelikeWalk(long seed, long pk)
    {
        _key = CounterRandom.Key(seed, pk);
        // Sizes of accounts are spread over orders of magnitude: log-normal, half of them over 60,000.
        var (size, following) = CounterRandom.Normals(_key, SizePosition);
        _size = Math.Clamp(60_000 * Math.Exp(1.2 * size), 6_000, 50_000_000);
        _following = Math.Clamp(600 * Math.Exp(0.8 * following), 60, 7_500);
        var (growth, _) = CounterRandom.Normals(_key, HabitPosition);
        _growth = Math.Clamp(0.12 + 0.2 * growth, -0.3, 0.8);
        // Most people look in the evening, wherever each account's people live.
        _peak = CounterRandom.Unit(Derive(HabitPosition), 0);
    }

    /// <summary>The numbers of an account at the start of a minute.</summary>
    /// <param name="unixMinute">Whole minutes since 1970, UTC.</param>
    public static AccountNumbers ValueAt(long seed, long pk, long unixMinute) =>
        new LifelikeWalk(seed, pk).At(unixMinute * (long)MsPerMinute);

    /// <summary>The numbers at a moment, in epoch milliseconds.</summary>
    public AccountNumbers At(long unixMs)
    {
        var years = Math.Clamp((unixMs - Origin) / MsPerYear, -10, 10);
        var level = 1
            + 0.002 * Math.Sin(2 * Math.PI * (unixMs / MsPerDay - _peak))
            + 0.003 * Math.Sin(2 * Math.PI * (unixMs / (7 * MsPerDay) - _peak))
            + 0.005 * Noise(SlowNoise, unixMs / (3 * MsPerDay))
            + 0.0008 * Noise(HourNoise, unixMs / (4 * MsPerHour))
            + Spikes(unixMs)
            + Bought(unixMs);
        // Even an account where nothing happens gains and loses a few every minute.
        var fidget = Math.Max(3, 0.00004 * _size) * Noise(MinuteNoise, unixMs / MsPerMinute);
        var followers = _size * Math.Exp(_growth * years) * level + fidget;
        var following = _following * (1 + 0.05 * Noise(FollowingNoise, unixMs / (2 * MsPerDay)));
        return new AccountNumbers(
            (int)Math.Clamp(Math.Round(followers), MockstagramWalk.LeastFollowers, int.MaxValue),
            (int)Math.Clamp(Math.Round(following), MockstagramWalk.LeastFollowing, int.MaxValue));
    }

    /// <summary>What happens to the account: the posts that go round and the bought followers that begin in a range of time, in the order in which they begin.</summary>
    /// <param name="fromMs">Epoch milliseconds, not negative.</param>
    /// <param name="toMs">Epoch milliseconds; both ends belong to the range.</param>
    public IReadOnlyList<WalkEvent> EventsBetween(long fromMs, long toMs)
    {
        var events = new List<WalkEvent>();
        var spikes = Derive(SpikeEvents);
        for (var stretch = (long)(fromMs / SpikeStretch); stretch * SpikeStretch <= toMs; stretch++)
            Add(WalkEventKind.Spike, Event(spikes, stretch, SpikeStretch, SpikeChance), SpikeShare(spikes, stretch), SpikeRise, SpikeLife);
        var bought = Derive(BoughtEvents);
        for (var stretch = (long)(fromMs / BoughtStretch); stretch * BoughtStretch <= toMs; stretch++)
            Add(WalkEventKind.Bought, Event(bought, stretch, BoughtStretch, BoughtChance), BoughtShare(bought, stretch), BoughtRise, BoughtLife);
        events.Sort(static (left, right) => left.Start.CompareTo(right.Start));
        return events;

        void Add(WalkEventKind kind, double? start, double share, double rise, double life)
        {
            if (start is { } begin && begin >= fromMs && begin <= toMs)
                events.Add(new WalkEvent(kind, (long)begin, share, TimeSpan.FromMilliseconds(rise), TimeSpan.FromMilliseconds(life)));
        }
    }

    /// <summary>A post goes round: up within a day, by 1% to 8%, and forgotten over 36 days. In three stretches of 12 days out of ten.</summary>
    private double Spikes(long unixMs)
    {
        var key = Derive(SpikeEvents);
        var sum = 0.0;
        for (var stretch = (long)(unixMs / SpikeStretch); HasEvent(unixMs, stretch, SpikeStretch, SpikeLife); stretch--)
        {
            if (Event(key, stretch, SpikeStretch, SpikeChance) is not { } start || unixMs < start)
                continue;
            var age = unixMs - start;
            sum += SpikeShare(key, stretch) * (1 - Math.Exp(-age / SpikeRise)) * Fading(age, SpikeLife);
        }
        return sum;
    }

    /// <summary>Bought followers: 8% to 35% more within a quarter of an hour, weeded out over 45 days. In one stretch of 45 days out of eight.</summary>
    private double Bought(long unixMs)
    {
        var key = Derive(BoughtEvents);
        var sum = 0.0;
        for (var stretch = (long)(unixMs / BoughtStretch); HasEvent(unixMs, stretch, BoughtStretch, BoughtLife); stretch--)
        {
            if (Event(key, stretch, BoughtStretch, BoughtChance) is not { } start || unixMs < start)
                continue;
            var age = unixMs - start;
            sum += BoughtShare(key, stretch) * Math.Min(1, age / BoughtRise) * Fading(age, BoughtLife);
        }
        return sum;
    }

    private static double SpikeShare(ulong key, long stretch)
    {
        var strength = CounterRandom.Unit(key, 2 * stretch + 1);
        return 0.01 + 0.07 * strength * strength;
    }

    private static double BoughtShare(ulong key, long stretch) => 0.08 + 0.27 * CounterRandom.Unit(key, 2 * stretch + 1);

    /// <summary>Whether anything that began in a stretch of time could still be felt.</summary>
    private static bool HasEvent(long unixMs, long stretch, double length, double life) =>
        (stretch + 1) * length + life > unixMs;

    /// <summary>When the event of a stretch begins; null when the stretch has none.</summary>
    private static double? Event(ulong key, long stretch, double length, double chance)
    {
        var draw = CounterRandom.Unit(key, 2 * stretch);
        // What is left of a draw under the chance is again uniform: it says where in the stretch.
        return draw < chance ? (stretch + draw / chance) * length : null;
    }

    /// <summary>From 1 to exactly 0 at the end of a life, so that forgetting the event makes no step.</summary>
    private static double Fading(double age, double life) => age >= life ? 0 : (1 - age / life) * (1 - age / life);

    /// <summary>A smooth wander between -1 and 1: random at whole positions, eased between them.</summary>
    private double Noise(int stream, double position)
    {
        var key = Derive(stream);
        var whole = Math.Floor(position);
        var part = position - whole;
        var eased = part * part * (3 - 2 * part);
        var from = CounterRandom.Unit(key, (long)whole);
        var to = CounterRandom.Unit(key, (long)whole + 1);
        return 2 * (from + (to - from) * eased) - 1;
    }

    private ulong Derive(int stream) => CounterRandom.Bits(_key, -1 - stream);
}
