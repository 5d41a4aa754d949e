namespace InfluencerAnalytics.Host.Api.Responses;

/// <summary>Influencers to track.</summary>
/// <param name="Ids">At least one, at most 100,000; each from 1 to 2^53-1.</param>
public sealed record TrackRequest(IReadOnlyList<long>? Ids);

/// <param name="Added">Newly tracked, or tracked again.</param>
/// <param name="AlreadyTracked">On the roster before.</param>
public sealed record TrackResponse(int Added, int AlreadyTracked);
