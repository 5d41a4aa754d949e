namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>A range of time in epoch milliseconds, both ends included.</summary>
internal readonly record struct TimeRange(long Start, long End);
