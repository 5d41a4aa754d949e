using System.Text.Json.Serialization;
using Mockstagram.Simulator.Answering;

namespace Mockstagram.Simulator.Http;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SimulatorStats))]
[JsonSerializable(typeof(ShownEvents))]
[JsonSerializable(typeof(Dictionary<string, double>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class ControlJson : JsonSerializerContext;
