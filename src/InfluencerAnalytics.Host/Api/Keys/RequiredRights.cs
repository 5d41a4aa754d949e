using InfluencerAnalytics.Host.Api.Configuration;

namespace InfluencerAnalytics.Host.Api.Keys;

/// <summary>On an endpoint: what a key must allow. <see cref="ApiRights.None"/>: open to everyone, whatever is configured.</summary>
internal sealed record RequiredRights(ApiRights Rights);
