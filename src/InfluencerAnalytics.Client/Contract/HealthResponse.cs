using System.Text.Json.Serialization;

namespace InfluencerAnalytics.Client.Contract;

/// <param name="Status">live or ready. A process that is not ready answers 503 with problem details whose <c>reasons</c> say why.</param>
/// <param name="Notes">What hampers a process that is ready all the same, such as a provider that is away: what is kept can be read. Left out when there is nothing.</param>
public sealed record HealthResponse(string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Notes = null);
