using System.Text.Json.Serialization;

namespace InfluencerAnalytics.Host.Api.Responses;

/// <summary>Messages that could not be processed, the oldest first.</summary>
/// <param name="Items">Those asked for.</param>
/// <param name="Dead">How many there are, of the queue asked for or of all.</param>
/// <param name="DroppedDead">How many older ones were dropped for them, since more are not kept.</param>
public sealed record DeadLettersResponse(IReadOnlyList<DeadLetterItem> Items, long Dead, long DroppedDead);

/// <param name="Id">Names this letter alone, among those of all queues; of no other meaning.</param>
/// <param name="Queue">Where it came from.</param>
/// <param name="Reason">Why it is here.</param>
/// <param name="At">Since when, ISO 8601.</param>
/// <param name="Body">The message as text, at most its first 4,096 characters.</param>
/// <param name="BodyBytes">How long the whole is.</param>
public sealed record DeadLetterItem(string Id, string Queue, string Reason, string At, string Body, int BodyBytes);

/// <summary>A field that is not known is refused: taken for nothing, a misspelt <c>ids</c> would mean all.</summary>
/// <param name="Ids">Which to try again; null or left out for all.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReplayRequest(IReadOnlyList<string>? Ids);

/// <param name="Replayed">How many went back to their queue.</param>
public sealed record ReplayResponse(int Replayed);
