using System.Text.Json;
using System.Text.Json.Serialization;

namespace InfluencerAnalytics.Stores.Processes;

/// <summary>The text of a report. What a newer version added is skipped, what an older one did not know has its default.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ProcessReport))]
internal sealed partial class ProcessReportJson : JsonSerializerContext;
