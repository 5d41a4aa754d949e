namespace InfluencerAnalytics.Benchmarks.Scale;

/// <summary>What is measured how.</summary>
/// <param name="Connection">The PostgreSQL server.</param>
/// <param name="Influencers">More than all fetchers can fetch in an interval under their limit.</param>
/// <param name="IntervalSeconds">The resolution.</param>
/// <param name="LatencyMs">Of the simulator.</param>
/// <param name="Fetchers">How many at once, ascending.</param>
/// <param name="PerSecond">The limit of each.</param>
/// <param name="Ingesters">How many, all the time.</param>
/// <param name="Settle">From a change to the measuring.</param>
/// <param name="Window">Measured.</param>
internal sealed record ScaleOptions(
    string Connection, int Influencers, int IntervalSeconds, int LatencyMs, int[] Fetchers, int PerSecond, int Ingesters, TimeSpan Settle, TimeSpan Window);
