namespace InfluencerAnalytics.Benchmarks.Suspicion;

/// <summary>Followers that come in addition.</summary>
/// <param name="Share">Of those that are there.</param>
/// <param name="Minutes">A delivery at an even pace takes so long; a post that goes round has this as its time constant.</param>
/// <param name="IsBought">Which of the two.</param>
internal readonly record struct Planted(double Share, int Minutes, bool IsBought)
{
    /// <summary>The share that has come after so many minutes.</summary>
    public double After(int minutes) =>
        Share * (IsBought ? Math.Min(1, (double)minutes / Minutes) : 1 - Math.Exp(-(double)minutes / Minutes));
}
