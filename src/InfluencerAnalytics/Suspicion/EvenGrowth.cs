namespace InfluencerAnalytics.Suspicion;

/// <summary>
/// Growth that is the same by day and by night, as a delivery that is spread over days has it. The daily rhythm is measured by the first harmonic of 24 hours: its amplitude is
/// 2/n times the length of the sum of the changes, each turned by its hour of the day (a discrete Fourier transform at one frequency).
/// </summary>
internal static class EvenGrowth
{
    public static void Add(List<Evidence> evidence, ChangeRing hours)
    {
        Span<double> changes = stackalloc double[Limits.RhythmHours];
        var count = hours.CopyTo(changes);
        if (count < Limits.EvenHours)
            return;
        changes = changes[..count];
        var growth = 0.0;
        foreach (var change in changes)
            growth += change;
        var mean = growth / count;
        if (growth < Math.Log(1 + Limits.EvenGrowth) || Harmonic(hours, count) > Limits.EvenHarmonic * mean || !IsEven(changes, mean))
            return;
        var strength = Robust.Ramp(growth, Math.Log(1 + Limits.EvenGrowth), Math.Log(1 + Limits.SureEvenGrowth));
        var weight = Limits.LeastEvenWeight + (Limits.MostEvenWeight - Limits.LeastEvenWeight) * strength;
        var to = (hours.Newest + 1) * SuspicionWatch.HourMs;
        var text = $"about {Words.Change(growth)} in 7 days, and as much by night as by day";
        evidence.Add(new Evidence(weight, new SuspicionReason(SuspicionCodes.EvenGrowth, text, to - hours.Length * SuspicionWatch.HourMs, to)));
    }

    private static double Harmonic(ChangeRing hours, int count)
    {
        var (x, y) = (0.0, 0.0);
        for (var number = Math.Max(0, hours.Newest - hours.Length + 1); number <= hours.Newest; number++)
        {
            if (hours[number] is not { } change)
                continue;
            var (sin, cos) = Math.SinCos(2 * Math.PI * (number % 24) / 24);
            (x, y) = (x + change * cos, y + change * sin);
        }
        return 2.0 / count * Math.Sqrt(x * x + y * y);
    }

    private static bool IsEven(Span<double> changes, double mean)
    {
        var median = Robust.Median(changes);
        if (median < Limits.EvenMedian * mean)
            return false;
        foreach (ref var change in changes)
            change -= median;
        return Robust.Spread(changes) < Limits.EvenSpread * median;
    }
}
