using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Pipeline.Fetching.Control;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>How a fetcher asks the provider.</summary>
public sealed record FetchingOptions : IValidatedOptions
{
    public static string Section => "Fetching";

    /// <summary>
    /// The most requests in flight. Default 4,096; 1 to 65,536. A million influencers a minute at 200 ms of latency need 3,333.
    /// The limit in force adapts below this.
    /// </summary>
    public int MaxConcurrency { get; init; } = 4096;

    /// <summary>Where adaptation starts; not above <see cref="MaxConcurrency"/>, whatever is said here. Default 32; 1 to 65,536.</summary>
    public int InitialConcurrency { get; init; } = 32;

    /// <summary>The most requests a second of this fetcher, retries included; null for no limit. Default null; 1 to 1,000,000.</summary>
    public int? MaxRequestsPerSecond { get; init; }

    /// <summary>Tries of one id within a visit, the first included. Default 3; 1 to 10. What still fails goes into a retry message.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>The least time before the first quick retry, which comes up to twice as late; doubled for each further one. Default 250 ms; 10 ms to 10 s.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The most ids in hand, over all shards being visited. Default 50,000; 500 to 10,000,000. Bounds memory (about 100 bytes an id), and is
    /// 3 s of work at 16,667 readings a second.
    /// </summary>
    public int MaxIdsInHand { get; init; } = 50_000;

    /// <summary>
    /// The least time between two polls of the queue when the last one was not full. Default 250 ms; 0 to 5 s. Shards come due evenly: without a pause each
    /// poll would return one message. On SQS, where polls cost money, the pause grows to 2 s or a twenty-fourth of the interval while they bring few.
    /// </summary>
    public TimeSpan PollPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often the roster snapshot (removed and gone ids, sealed generation) is read. Default 10 s; 1 s to 5 min.</summary>
    public TimeSpan RosterRefresh { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the breaker keeps all requests back before it lets probes through. Default 2 s; 500 ms to 60 s.</summary>
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(2);

    internal RequestLimits Limits => new(MaxConcurrency, Math.Min(InitialConcurrency, MaxConcurrency), MaxRequestsPerSecond, BreakDuration);

    public void Validate(OptionsErrors errors)
    {
        errors.Range(nameof(MaxConcurrency), MaxConcurrency, 1, 65_536);
        errors.Range(nameof(InitialConcurrency), InitialConcurrency, 1, 65_536);
        if (MaxRequestsPerSecond is { } rate)
            errors.Range(nameof(MaxRequestsPerSecond), rate, 1, 1_000_000);
        errors.Range(nameof(Attempts), Attempts, 1, 10);
        errors.Range(nameof(RetryDelay), RetryDelay, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10));
        errors.Range(nameof(MaxIdsInHand), MaxIdsInHand, 500, 10_000_000);
        errors.Range(nameof(PollPause), PollPause, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        errors.Range(nameof(RosterRefresh), RosterRefresh, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        errors.Range(nameof(BreakDuration), BreakDuration, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(60));
    }
}
