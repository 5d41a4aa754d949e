using System.Globalization;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Leaderboard;

namespace InfluencerAnalytics.Host.Api.Influencers;

/// <summary>How long ago the ranks were level with the store, as every answer from memory tells it.</summary>
internal readonly record struct LeaderboardAge(TimeSpan Elapsed)
{
    // While all is well they are level every 5 s at least (LeaderboardOptions.PollInterval), so that the age alone makes no answer another one.
    private const int StepSeconds = 10;

    public static LeaderboardAge Of(InfluencerLeaderboard leaderboard) => new(leaderboard.Age);

    /// <summary>To a tenth.</summary>
    public double Seconds => Math.Round(Elapsed.TotalSeconds, 1);

    /// <summary>Whether the store cannot be followed, or not fast enough.</summary>
    public bool IsOld => Steps > 0;

    private long Steps => (long)(Elapsed.TotalSeconds / StepSeconds);

    /// <summary>Makes an answer another one as it grows old: who asks with a tag is told a new age every 10 s.</summary>
    public void AddTo(ref ContentTag tag) => tag.Add(Steps);

    /// <summary>Says it beside rows of CSV.</summary>
    /// <param name="asOf">The newest slot in them, in epoch milliseconds; 0 before the first.</param>
    public void AddTo(IHeaderDictionary headers, long asOf)
    {
        headers[ApiHeaders.AgeSeconds] = Seconds.ToString(CultureInfo.InvariantCulture);
        if (asOf > 0)
            headers[ApiHeaders.AsOf] = UtcText.Of(asOf);
    }
}
