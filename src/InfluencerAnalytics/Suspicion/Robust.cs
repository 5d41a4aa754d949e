namespace InfluencerAnalytics.Suspicion;

/// <summary>Statistics that a few wild values do not move.</summary>
internal static class Robust
{
    /// <summary>
    /// 1 / 0.6745, by which the median of absolute deviations estimates the standard deviation of normal values: the modified z-score of Iglewicz and Hoaglin, "How to Detect and
    /// Handle Outliers" (1993), is 0.6745 (x - median) / MAD.
    /// </summary>
    private const double DeviationsPerMad = 1.4826;

    /// <summary>The median; of an even number of values the mean of the two in the middle. Sorts the values.</summary>
    /// <param name="values">One or more.</param>
    public static double Median(Span<double> values)
    {
        values.Sort();
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    /// <summary>The standard deviation, estimated from the median of deviations around a centre that is 0. Sorts them, as amounts.</summary>
    /// <param name="deviations">One or more.</param>
    public static double Spread(Span<double> deviations)
    {
        for (var i = 0; i < deviations.Length; i++)
            deviations[i] = Math.Abs(deviations[i]);
        return DeviationsPerMad * Median(deviations);
    }

    /// <summary>0 up to <paramref name="from"/>, 1 from <paramref name="to"/> on, and evenly rising between.</summary>
    public static double Ramp(double value, double from, double to) => Math.Clamp((value - from) / (to - from), 0, 1);
}
