using System.Text.Json;
using System.Text.Json.Serialization;

namespace InfluencerAnalytics.Client.Contract;

/// <summary>
/// The API's JSON, generated at build time: the server writes with it and the client reads with it. A member without a default must be there and, unless it may be null, be no
/// null: the answer of something else than this API is not taken for one that holds nothing. What a later version adds to a record is an init property, so that this
/// one still reads the answers of an older server: it is null or zero then, whatever its initializer, so that one that may not be null has its default in the getter.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(InfluencerResponse))]
[JsonSerializable(typeof(RankResponse))]
[JsonSerializable(typeof(SuspicionResponse))]
[JsonSerializable(typeof(SummaryResponse))]
[JsonSerializable(typeof(LeaderboardResponse))]
[JsonSerializable(typeof(MoversResponse))]
[JsonSerializable(typeof(SummaryTimelineResponse))]
[JsonSerializable(typeof(TimelineResponse))]
[JsonSerializable(typeof(RosterResponse))]
[JsonSerializable(typeof(RosterItem))]
[JsonSerializable(typeof(TrackRequest))]
[JsonSerializable(typeof(TrackResponse))]
[JsonSerializable(typeof(DeadLettersResponse))]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(ReplayResponse))]
[JsonSerializable(typeof(BackupResponse))]
[JsonSerializable(typeof(GenerationRequestResponse))]
[JsonSerializable(typeof(ConfigResponse))]
[JsonSerializable(typeof(ConfigChangeRequest))]
[JsonSerializable(typeof(ConfigChangeResponse))]
[JsonSerializable(typeof(SessionRequest))]
[JsonSerializable(typeof(SessionResponse))]
[JsonSerializable(typeof(StreamPoint))]
[JsonSerializable(typeof(StreamGap))]
[JsonSerializable(typeof(StreamHeartbeat))]
[JsonSerializable(typeof(PipelineResponse))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(OriginalResponse))]
[JsonSerializable(typeof(ProblemResponse))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
