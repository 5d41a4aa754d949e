using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Influencers;
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

    public static SseItem<string> Summary(SummaryResponse summary, string? id) => Of("summary", id, summary, ApiJsonContext.Default.SummaryResponse);

    /// <summary>What followed an event is not remembered.</summary>
    public static SseItem<string> Gap(string lastEventId, string? id) => Gap(new StreamGap(lastEventId, null), id);

    /// <summary>Readings of one influencer were passed over.</summary>
    public static SseItem<string> Gap(long influencerId, string? id) => Gap(new StreamGap(null, influencerId), id);

    public static SseItem<string> Heartbeat(DateTimeOffset now) =>
        new(JsonSerializer.Serialize(new StreamHeartbeat(UtcText.Of(now.ToUnixTimeMilliseconds())), ApiJsonContext.Default.StreamHeartbeat), "heartbeat") { ReconnectionInterval = Reconnection };

    private static SseItem<string> Gap(StreamGap gap, string? id) => Of("gap", id, gap, ApiJsonContext.Default.StreamGap);

    private static SseItem<string> Of<T>(string type, string? id, T value, JsonTypeInfo<T> json) => new(JsonSerializer.Serialize(value, json), type) { EventId = id };
}
