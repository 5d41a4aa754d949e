using System.Text.Json.Serialization;

namespace InfluencerAnalytics.Client.Contract;

/// <summary>Dead letters to be tried again. A field that is not known is refused: taken for nothing, a misspelt <c>ids</c> would mean all.</summary>
/// <param name="Ids">Which, as the list shows them; null or left out for all.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReplayRequest(IReadOnlyList<string>? Ids = null);

/// <param name="Replayed">How many went back to their queue.</param>
public sealed record ReplayResponse(int Replayed);
