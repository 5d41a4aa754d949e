using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Host.Api.Streaming;

/// <summary>Events as they are sent, written once for all who get them.</summary>
internal static class StreamEvents
{
    private const string PointType = "point";

    // A client that lost its connection waits so long: a thousand do not all come back within the same moment that a process takes to start.
    private static readonly TimeSpan Reconnection = TimeSpan.FromSeconds(3);

    public static SseItem<string> Point(in LatestPoint point, string? id) => Of(PointType, id, new StreamPoint(
        point.InfluencerId, point.FollowerCount, point.FollowingCount, DataPoint.Ratio(point.FollowerCount, point.FollowingCount), UtcText.Of(point.Slot), UtcText.Of(point.RetrievedAt)),
        ApiJsonContext.Default.StreamPoint);

    /// <summary>The event of a point once more, by its text.</summary>
    public static SseItem<string> Point(string data, string id) => new(data, PointType) { EventId = id };

    public static SseItem<string> Summary(in LeaderboardSummary summary, string? id) => Of("summary", id, new SummaryResponse(
        summary.Tracked, summary.Reporting, summary.AverageFollowerCount, summary.AverageFollowingCount, summary.Suspicious, summary.AsOf == 0 ? null : UtcText.Of(summary.AsOf), 0),
        ApiJsonContext.Default.SummaryResponse);

    public static SseItem<string> Gap(string lastEventId, string? id) => Of("gap", id, new StreamGap(lastEventId), ApiJsonContext.Default.StreamGap);

    public static SseItem<string> Heartbeat(DateTimeOffset now) =>
        new(JsonSerializer.Serialize(new StreamHeartbeat(UtcText.Of(now.ToUnixTimeMilliseconds())), ApiJsonContext.Default.StreamHeartbeat), "heartbeat") { ReconnectionInterval = Reconnection };

    private static SseItem<string> Of<T>(string type, string? id, T value, JsonTypeInfo<T> json) => new(JsonSerializer.Serialize(value, json), type) { EventId = id };
}
