using System.Text.Json.Nodes;

namespace InfluencerAnalytics.HostTests.Deployment;

/// <summary>The objects in the files for Kubernetes.</summary>
internal static class KubernetesFiles
{
    public static string Folder { get; } = Path.Combine(DeployFiles.Deploy, "kubernetes");

    /// <summary>Every object of every file.</summary>
    public static IReadOnlyList<JsonNode> Objects { get; } = [.. Directory.GetFiles(Folder, "*.yaml").Order(StringComparer.Ordinal).SelectMany(DeployFiles.Yaml)];

    /// <summary>Those that start pods.</summary>
    public static IReadOnlyList<JsonNode> Workloads { get; } = [.. Objects.Where(one => one["spec"]?["template"] is not null)];

    public static IReadOnlyList<DeployedProcess> Processes { get; } = [.. Workloads.Select(Of)];

    /// <summary>The one object of a kind and a name.</summary>
    public static JsonNode Find(string kind, string name) =>
        Objects.Single(one => KindOf(one) == kind && NameOf(one) == name);

    public static string KindOf(JsonNode one) => DeployFiles.Text(one["kind"]);

    public static string NameOf(JsonNode one) => DeployFiles.Text(one["metadata"]?["name"]);

    public static JsonNode PodOf(JsonNode workload) => workload["spec"]!["template"]!["spec"]!;

    public static JsonNode ContainerOf(JsonNode workload) => PodOf(workload)["containers"]!.AsArray().Single()!;

    public static DeployedProcess Of(JsonNode workload)
    {
        var container = ContainerOf(workload);
        var environment = new Dictionary<string, string>();
        foreach (var source in container["envFrom"]?.AsArray() ?? [])
        {
            foreach (var (name, value) in Values(source!))
                environment[name] = value;
        }
        foreach (var variable in container["env"]?.AsArray() ?? [])
            environment[DeployFiles.Text(variable!["name"])] = DeployFiles.Text(variable["value"]);
        return DeployedProcess.InImage($"kubernetes, {KindOf(workload)} {NameOf(workload)}", DeployFiles.Texts(container["args"]), environment);
    }

    private static Dictionary<string, string> Values(JsonNode source) => source["configMapRef"] is { } map
        ? DeployFiles.Map(Find("ConfigMap", DeployFiles.Text(map["name"]))["data"])
        : DeployFiles.Map(Find("Secret", DeployFiles.Text(source["secretRef"]!["name"]))["stringData"]);
}
