using System.Text.Json.Serialization;

namespace InfluencerAnalytics.Client.Contract;

/// <summary>Influencers to track. A member that is not known is refused, as in every body.</summary>
/// <param name="Ids">At least one, at most <see cref="MaxIds"/>; each from 1 to 2^53-1.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TrackRequest(IReadOnlyList<long>? Ids = null)
{
    /// <summary>Ids that one call may add.</summary>
    public const int MaxIds = 100_000;
}

/// <param name="Added">Newly tracked, or tracked again.</param>
/// <param name="AlreadyTracked">On the roster before.</param>
public sealed record TrackResponse(int Added, int AlreadyTracked);
