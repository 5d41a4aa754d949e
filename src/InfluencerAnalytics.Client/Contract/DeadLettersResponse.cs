namespace InfluencerAnalytics.Client.Contract;

/// <summary>Messages that could not be processed, the oldest first.</summary>
/// <param name="Items">Those asked for, at most 100.</param>
/// <param name="Dead">How many there are, of the queue asked for or of all.</param>
/// <param name="DroppedDead">How many older ones were dropped for them, since more are not kept.</param>
public sealed record DeadLettersResponse(IReadOnlyList<DeadLetterItem> Items, long Dead, long DroppedDead);

/// <param name="Id">Names this letter alone, among those of all queues; of no other meaning.</param>
/// <param name="Queue">Where it came from.</param>
/// <param name="Reason">Why it is here.</param>
/// <param name="At">Since when, ISO 8601.</param>
/// <param name="Body">The message as text, at most its first 4,096 characters.</param>
/// <param name="BodyBytes">How long the whole is, at most 256 KiB.</param>
public sealed record DeadLetterItem(string Id, string Queue, string Reason, string At, string Body, int BodyBytes);
