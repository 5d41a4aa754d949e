using System.Text.Json.Serialization;

namespace InfluencerAnalytics.Client.Contract;

/// <summary>A change of what the deployment agreed on; what is null or left out stays. A field that is not known is refused: taken for nothing, a misspelt one would change nothing.</summary>
/// <param name="Interval">In seconds, whole ones from 1 to 3600.</param>
/// <param name="ShardSize">Ids a shard, from 1 to 5000.</param>
/// <param name="Provider">An http or https address, or "simulator" for the one that 'up' starts.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ConfigChangeRequest(double? Interval = null, int? ShardSize = null, string? Provider = null);
