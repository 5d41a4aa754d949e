namespace InfluencerAnalytics.Pipeline.Fetching.Control;

/// <summary>Within what the provider may be asked, by the options of the fetcher.</summary>
/// <param name="MaxConcurrency">The most requests in flight.</param>
/// <param name="InitialConcurrency">Where adaptation starts; at most the former.</param>
/// <param name="MaxRequestsPerSecond">Null for no limit.</param>
/// <param name="BreakDuration">How long all requests are kept back before probes go.</param>
internal sealed record RequestLimits(int MaxConcurrency, int InitialConcurrency, int? MaxRequestsPerSecond, TimeSpan BreakDuration);
