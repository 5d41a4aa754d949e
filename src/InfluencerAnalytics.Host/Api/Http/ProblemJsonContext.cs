using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>The JSON of errors, generated at build time as that of the answers is, but of types of the framework.</summary>
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class ProblemJsonContext : JsonSerializerContext;
