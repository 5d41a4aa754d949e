namespace InfluencerAnalytics.Client.Contract;

/// <summary>A reading in the stream, of the event <c>point</c>.</summary>
/// <param name="Id">From 1 to 2^53-1.</param>
/// <param name="FollowerRatio">Followers / following; null when following is 0.</param>
/// <param name="Slot">ISO 8601.</param>
/// <param name="RetrievedAt">When the provider answered, ISO 8601.</param>
public sealed record StreamPoint(long Id, long FollowerCount, long FollowingCount, double? FollowerRatio, string Slot, string RetrievedAt);

/// <summary>In the stream, of the event <c>gap</c>: readings since the event that was named are not remembered here. The latest of each influencer follows, and the timeline has the rest.</summary>
/// <param name="LastEventId">What was named.</param>
public sealed record StreamGap(string LastEventId);

/// <summary>In the stream, of the event <c>heartbeat</c>: nothing else was to be said for a while.</summary>
/// <param name="At">ISO 8601.</param>
public sealed record StreamHeartbeat(string At);
