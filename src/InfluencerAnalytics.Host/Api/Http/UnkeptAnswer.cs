namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>On an endpoint whose answers nobody may keep: what only a key opens, what is true for this moment alone.</summary>
internal sealed record UnkeptAnswer;
