using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Suspicion;

/// <summary>The greatest rise of followers between two readings that are at most half an hour apart.</summary>
/// <param name="From">Where the half hour begins, as an index of the readings.</param>
/// <param name="To">Where it ends.</param>
/// <param name="CoreFrom">Where nine tenths of it begin.</param>
/// <param name="CoreTo">Where these end.</param>
internal readonly record struct FastestRise(int From, int To, int CoreFrom, int CoreTo)
{
    /// <summary>How much of a rise is in its core, which is what is said of it: a quiet quarter of an hour at its edges would hide how fast it was.</summary>
    private const double Core = 0.9;

    /// <summary>
    /// Compares readings and never what lies between them, so that one that is missing makes no rise steeper. Of equal rises the first. Null when nothing rises.
    /// Each reading is held against those of the half hour before it: 30 a minute apart, 360 every 5 s.
    /// </summary>
    /// <param name="points">Of one influencer, by slot.</param>
    public static FastestRise? Find(IReadOnlyList<DataPoint> points)
    {
        var best = (From: 0, To: 0, Gain: 0L);
        var first = 0;
        for (var to = 1; to < points.Count; to++)
        {
            while (points[to].Slot - points[first].Slot > Limits.BurstMs)
                first++;
            for (var from = first; from < to; from++)
            {
                if (points[to].FollowerCount - points[from].FollowerCount > best.Gain)
                    best = (from, to, points[to].FollowerCount - points[from].FollowerCount);
            }
        }
        return best.Gain > 0 ? Narrow(points, best.From, best.To, Core * best.Gain) : null;
    }

    /// <summary>Takes the shortest stretch within it that has the core's gain; of equally short ones the first.</summary>
    private static FastestRise Narrow(IReadOnlyList<DataPoint> points, int from, int to, double enough)
    {
        var (coreFrom, coreTo) = (from, to);
        for (var begin = from; begin < to; begin++)
        {
            var end = begin + 1;
            while (end <= to && points[end].FollowerCount - points[begin].FollowerCount < enough)
                end++;
            if (end <= to && points[end].Slot - points[begin].Slot < points[coreTo].Slot - points[coreFrom].Slot)
                (coreFrom, coreTo) = (begin, end);
        }
        return new FastestRise(from, to, coreFrom, coreTo);
    }
}
