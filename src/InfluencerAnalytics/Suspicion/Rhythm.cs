namespace InfluencerAnalytics.Suspicion;

/// <summary>What an account's hours are like: what each hour of the day brings, and how far hours are from that. Changes are logarithms (<see cref="ChangeCode"/>). Immutable.</summary>
internal sealed class Rhythm
{
    private readonly double[] _expected = new double[24];

    private Rhythm(int hours) => Hours = hours;

    /// <summary>How many hours of the last week are known.</summary>
    public int Hours { get; }

    /// <summary>The robust standard deviation of an hour's change around what is expected of its hour of the day; 0 while no hour is known.</summary>
    public double Spread { get; private set; }

    public bool IsKnown => Hours >= Limits.LeastHours && Spread < Limits.WildSpread;

    /// <summary>The median of each hour of the day, where it is known often enough, and else that of all hours; around these the spread.</summary>
    public static Rhythm Of(ChangeRing hours)
    {
        Span<double> changes = stackalloc double[Limits.RhythmHours];
        var rhythm = new Rhythm(hours.CopyTo(changes));
        if (rhythm.Hours == 0)
            return rhythm;
        var all = Robust.Median(changes[..rhythm.Hours]);
        var from = Math.Max(0, hours.Newest - hours.Length + 1);
        for (var hour = 0; hour < 24; hour++)
            rhythm._expected[hour] = OfSameHours(hours, from + (hour - from % 24 + 24) % 24) ?? all;
        var count = 0;
        for (var number = from; number <= hours.Newest; number++)
        {
            if (hours[number] is { } change)
                changes[count++] = change - rhythm._expected[number % 24];
        }
        rhythm.Spread = Robust.Spread(changes[..count]);
        return rhythm;
    }

    /// <summary>
    /// How far a rise is beyond what the account's own hours bring at that time of the day, in spreads: a modified z-score. The greatest of the hour and its two neighbours is expected, since people's
    /// clocks change by an hour twice a year, and evenings are not punctual.
    /// </summary>
    /// <param name="rise">The change, within an hour at most.</param>
    /// <param name="hour">The hour since 1970.</param>
    /// <param name="followers">How many there were before it.</param>
    public double Score(double rise, long hour, long followers)
    {
        var expected = Math.Max(_expected[hour % 24], Math.Max(_expected[(hour + 23) % 24], _expected[(hour + 1) % 24]));
        return (rise - expected) / Math.Max(SpreadAt(followers), Limits.RegularSpread * expected);
    }

    /// <summary>The spread that is believed of an account of this size.</summary>
    public double SpreadAt(long followers) =>
        Math.Max(Spread, Math.Max(Limits.LeastSpread, Limits.LeastSpreadFollowers / Math.Max(1, followers)));

    /// <summary>The median of a day's hour, of every day that is kept; null when too few are known.</summary>
    private static double? OfSameHours(ChangeRing hours, long first)
    {
        Span<double> same = stackalloc double[Limits.RhythmHours / 24];
        var count = 0;
        for (var number = first; number <= hours.Newest; number += 24)
        {
            if (hours[number] is { } change)
                same[count++] = change;
        }
        return count >= Limits.LeastSameHours ? Robust.Median(same[..count]) : null;
    }
}
