using System.Text.Json.Nodes;

namespace InfluencerAnalytics.HostTests.Deployment;

/// <summary>The services of compose.yaml.</summary>
internal static class ComposeFile
{
    public static JsonNode File { get; } = DeployFiles.Yaml(Path.Combine(DeployFiles.Deploy, "compose.yaml")).Single();

    public static IReadOnlyDictionary<string, JsonNode> Services { get; } = File["services"]!.AsObject().ToDictionary(service => service.Key, service => service.Value!);

    /// <summary>Those that run the program.</summary>
    public static IReadOnlyDictionary<string, JsonNode> Ours { get; } = Services.Where(service => ImageOf(service.Value) == Dockerfile.Image).ToDictionary();

    public static IReadOnlyList<DeployedProcess> Processes { get; } = [.. Ours.Select(service => Of(service.Key))];

    public static DeployedProcess Of(string service) =>
        DeployedProcess.InImage($"compose.yaml, {service}", DeployFiles.Texts(Ours[service]["command"]), DeployFiles.Map(Ours[service]["environment"]));

    public static string ImageOf(JsonNode service) => DeployFiles.Text(service["image"]);
}
