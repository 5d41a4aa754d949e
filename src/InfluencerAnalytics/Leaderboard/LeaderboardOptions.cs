using InfluencerAnalytics.Configuration;

namespace InfluencerAnalytics.Leaderboard;

/// <summary>How the leaderboard follows the store.</summary>
public sealed record LeaderboardOptions : IValidatedOptions
{
    public static string Section => "Leaderboard";

    /// <summary>
    /// How often it asks the store for news. Default 1 s, from 100 ms to 5 s: a stored data point shall be ranked within 5 s.
    /// </summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Changes read from the store at a time. Default 100,000 (5 MB), from 100 to 1,000,000: while a backlog is stored, each page waits for its turn up to a tenth of a second,
    /// and three million are 30 pages.
    /// </summary>
    public int PageSize { get; init; } = 100_000;

    public void Validate(OptionsErrors errors)
    {
        errors.Range(nameof(PollInterval), PollInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
        errors.Range(nameof(PageSize), PageSize, 100, 1_000_000);
    }
}
