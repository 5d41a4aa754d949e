using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Leaderboard;

/// <summary>Counts and exact sums over the leaderboard's rows. Not safe for concurrent use, but for <see cref="Ranked"/>.</summary>
internal sealed class LeaderboardSums
{
    private Int128 _followers;
    private Int128 _following;
    private int _ranked;
    private int _tracked;
    private int _gone;
    private int _judged;

    /// <summary>How many take part in ranks and averages.</summary>
    public int Ranked => Volatile.Read(ref _ranked);

    /// <summary>How many of those are suspicious.</summary>
    public int Suspicious { get; private set; }

    /// <summary>Adds a row, or takes it away.</summary>
    /// <param name="times">1 or -1.</param>
    public void Count(in LatestRow row, int times)
    {
        if (row.Status == InfluencerStatus.Tracked)
            _tracked += times;
        else if (row.Status == InfluencerStatus.Gone)
            _gone += times;
        if (row.Suspicious is not null)
            _judged += times;
        if (!row.IsRanked)
            return;
        Volatile.Write(ref _ranked, _ranked + times);
        _followers += row.Followers * times;
        _following += row.Following * times;
        if (row.IsRankedSuspicious)
            Suspicious += times;
    }

    public LeaderboardSummary Summarize(long asOf) => new(_tracked, _gone, _ranked, Average(_followers, _ranked), Average(_following, _ranked), asOf)
    {
        Suspicious = _judged > 0 ? Suspicious : null,
    };

    // Quotient and remainder apart: a sum over 2^53 would lose its last digits as a double.
    private static double? Average(Int128 sum, int count)
    {
        if (count == 0)
            return null;
        var (quotient, remainder) = Int128.DivRem(sum, count);
        return (double)quotient + (double)remainder / count;
    }
}
