namespace InfluencerAnalytics.Client.Contract;

/// <summary>A reading in the stream, of the event <c>point</c>.</summary>
/// <param name="Id">From 1 to 2^53-1.</param>
/// <param name="FollowerRatio">Followers / following; null when following is 0.</param>
/// <param name="Slot">ISO 8601.</param>
/// <param name="RetrievedAt">When the provider answered, ISO 8601.</param>
public sealed record StreamPoint(long Id, long FollowerCount, long FollowingCount, double? FollowerRatio, string Slot, string RetrievedAt);

/// <summary>
/// In the stream, of the event <c>gap</c>: readings are not told; the timeline has them. Either those since the event that was named are not remembered here, and the latest of each influencer
/// follows; or those of one influencer before its next point were too many at once or could not be read.
/// </summary>
/// <param name="LastEventId">What was named; null where it is about one influencer.</param>
/// <param name="Id">The one influencer; null where it is about all that are listened to.</param>
public sealed record StreamGap(string? LastEventId, long? Id);

/// <summary>In the stream, of the event <c>heartbeat</c>: nothing else was to be said for a while.</summary>
/// <param name="At">ISO 8601.</param>
public sealed record StreamHeartbeat(string At);
