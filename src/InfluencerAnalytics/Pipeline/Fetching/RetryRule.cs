using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>
/// How often and after how long an influencer whose request failed is asked again within its slot: soon within the visit, and then by a message of its own, a visit later. Safe for concurrent use.
/// </summary>
internal sealed class RetryRule(FetchingOptions options)
{
    /// <summary>
    /// A <c>Retry-After</c> beyond this is not waited for with the shard in hand: that influencer waits in a retry message, and holds up no other.
    /// </summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestMessageDelay = TimeSpan.FromSeconds(10);

    /// <summary>Tries of one influencer in a visit, the first included.</summary>
    public int Attempts => options.Attempts;

    /// <summary>How long to wait before a try within a visit: doubled for each, jittered by half, and never less than the provider asked for.</summary>
    /// <param name="attempt">2 for the first that is a retry.</param>
    /// <param name="retryAfter">The longest that the provider asked for.</param>
    public TimeSpan PauseBefore(int attempt, TimeSpan retryAfter) => Later(options.RetryDelay.TotalMilliseconds * Math.Pow(2, attempt - 1), retryAfter);

    /// <summary>How long a retry message waits in the queue: a sixth of the interval, so that a slot sees several tries, at most 10 s, jittered by half, and never less than the provider asked for.</summary>
    public static TimeSpan MessageDelay(TimeSpan interval, TimeSpan retryAfter) =>
        Later((interval / 6 < LongestMessageDelay ? interval / 6 : LongestMessageDelay).TotalMilliseconds, retryAfter);

    private static TimeSpan Later(double milliseconds, TimeSpan retryAfter)
    {
        var jittered = TimeSpan.FromMilliseconds(Backoff.Jitter(milliseconds));
        return jittered > retryAfter ? jittered : retryAfter;
    }
}
