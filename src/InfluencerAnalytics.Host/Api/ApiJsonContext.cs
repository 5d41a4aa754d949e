using System.Text.Json;
using System.Text.Json.Serialization;
using InfluencerAnalytics.Host.Api.Responses;
using Microsoft.AspNetCore.Mvc;

namespace InfluencerAnalytics.Host.Api;

/// <summary>The API's JSON, generated at build time. Clients of the API inside this program read with it, too.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(InfluencerResponse))]
[JsonSerializable(typeof(RankResponse))]
[JsonSerializable(typeof(SummaryResponse))]
[JsonSerializable(typeof(TimelineResponse))]
[JsonSerializable(typeof(RosterResponse))]
[JsonSerializable(typeof(TrackRequest))]
[JsonSerializable(typeof(TrackResponse))]
[JsonSerializable(typeof(DeadLettersResponse))]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(ReplayResponse))]
[JsonSerializable(typeof(BackupResponse))]
[JsonSerializable(typeof(GenerationRequestResponse))]
[JsonSerializable(typeof(ConfigResponse))]
[JsonSerializable(typeof(ConfigChangeResponse))]
[JsonSerializable(typeof(PipelineResponse))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(OriginalResponse))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
