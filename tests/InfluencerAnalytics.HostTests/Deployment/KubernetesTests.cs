using System.Globalization;
using System.Text.Json.Nodes;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Roles;
using InfluencerAnalytics.HostTests.Running;
using InfluencerAnalytics.Queues;
using Microsoft.AspNetCore.Routing;

namespace InfluencerAnalytics.HostTests.Deployment;

/// <summary>What the objects for Kubernetes name, of the program and of one another, is there.</summary>
public sealed class KubernetesTests
{
    private const int StopsWithinSeconds = 10;

    private static readonly string[] Probes = ["startupProbe", "livenessProbe", "readinessProbe"];

    public static TheoryData<string> Roles => ["seeder", "fetch", "ingest", "classify", "serve"];

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Paths_ThatAreAskedFor_AreAnswered(string role)
    {
        var workload = Workload(role);
        var answered = await RoutesAsync(role);
        foreach (var probe in Probes)
            answered.ShouldContain(DeployFiles.Text(ProbeOf(workload, probe)["path"]));
        DeployFiles.Text(ProbeOf(workload, "livenessProbe")["path"]).ShouldBe("/health/live");
        DeployFiles.Text(ProbeOf(workload, "readinessProbe")["path"]).ShouldBe("/health/ready");
        answered.ShouldContain(DeployFiles.Text(Annotations(workload)["prometheus.io/path"]));
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Ports_AreListenedOn(string role)
    {
        var workload = Workload(role);
        var listened = KubernetesFiles.Of(workload).Port.ToString(CultureInfo.InvariantCulture);
        var port = KubernetesFiles.ContainerOf(workload)["ports"]!.AsArray().ShouldHaveSingleItem()!;
        DeployFiles.Text(port["containerPort"]).ShouldBe(listened);
        DeployFiles.Text(Annotations(workload)["prometheus.io/port"]).ShouldBe(listened);
        foreach (var probe in Probes)
            DeployFiles.Text(ProbeOf(workload, probe)["port"]).ShouldBe(DeployFiles.Text(port["name"]));
        foreach (var service in KubernetesFiles.Objects.Where(one => KubernetesFiles.KindOf(one) == "Service" && KubernetesFiles.NameOf(one) == role))
            DeployFiles.Text(service["spec"]!["ports"]![0]!["targetPort"]).ShouldBe(DeployFiles.Text(port["name"]));
    }

    [Fact]
    public void Pods_AreNotRootAndHaveTheTimeToStop()
    {
        foreach (var workload in KubernetesFiles.Workloads)
        {
            var pod = KubernetesFiles.PodOf(workload);
            DeployFiles.Text(pod["securityContext"]!["runAsUser"]).ShouldBe(Dockerfile.One("USER").Split(':')[0]);
            if (KubernetesFiles.KindOf(workload) != "Job")
                int.Parse(DeployFiles.Text(pod["terminationGracePeriodSeconds"]), CultureInfo.InvariantCulture).ShouldBeGreaterThan(StopsWithinSeconds);
            if (pod["serviceAccountName"] is { } account)
                KubernetesFiles.Find("ServiceAccount", DeployFiles.Text(account));
            DeployFiles.Text(KubernetesFiles.ContainerOf(workload)["image"]).ShouldBe(Dockerfile.Image);
        }
    }

    [Fact]
    public void Selectors_FindPods()
    {
        var pods = KubernetesFiles.Workloads.Select(workload => DeployFiles.Map(workload["spec"]!["template"]!["metadata"]!["labels"])).ToList();
        foreach (var one in KubernetesFiles.Objects.Where(one => one["spec"]?["selector"] is not null))
        {
            var selector = DeployFiles.Map(one["spec"]!["selector"]!["matchLabels"] ?? one["spec"]!["selector"]);
            pods.Count(pod => selector.All(pod.Contains)).ShouldBe(1, KubernetesFiles.NameOf(one));
        }
    }

    [Fact]
    public void Spool_IsOnAVolumeThatHasRoomForIt()
    {
        var fetch = KubernetesFiles.Find("StatefulSet", "fetch");
        var process = KubernetesFiles.Of(fetch);
        var mount = KubernetesFiles.ContainerOf(fetch)["volumeMounts"]!.AsArray().ShouldHaveSingleItem()!;
        DeployFiles.Text(mount["mountPath"]).ShouldBe(process.Environment["Embedded__DataDirectory"]);
        var claim = fetch["spec"]!["volumeClaimTemplates"]!.AsArray().ShouldHaveSingleItem()!;
        KubernetesFiles.NameOf(claim).ShouldBe(DeployFiles.Text(mount["name"]));
        var size = DeployFiles.Text(claim["spec"]!["resources"]!["requests"]!["storage"]);
        var bytes = long.Parse(size.Replace("Gi", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) << 30;
        long.Parse(process.Environment["Spool__MaxBytes"], CultureInfo.InvariantCulture).ShouldBeLessThanOrEqualTo(bytes / 2);
    }

    [Theory]
    [InlineData("fetch", QueueNames.InfluencerIdStore)]
    [InlineData("ingest", QueueNames.InfluencerDataPoints)]
    public void Scaling_GoesByTheVisibleMessagesOfTheRolesQueue(string role, string queue)
    {
        var scaling = KubernetesFiles.Find("ScaledObject", role)["spec"]!;
        KubernetesFiles.Find(DeployFiles.Text(scaling["scaleTargetRef"]!["kind"]), DeployFiles.Text(scaling["scaleTargetRef"]!["name"]));
        var trigger = scaling["triggers"]!.AsArray().ShouldHaveSingleItem()!["metadata"]!;
        var environment = KubernetesFiles.Of(Workload(role)).Environment;
        new Uri(DeployFiles.Text(trigger["queueURL"])).Segments[^1].ShouldBe(environment["Sqs__QueuePrefix"] + queue);
        DeployFiles.Text(trigger["awsRegion"]).ShouldBe(environment["Sqs__Region"]);
        // All shards but the overdue ones are in flight.
        DeployFiles.Text(trigger["scaleOnInFlight"]).ShouldBe("false");
    }

    [Fact]
    public void Kustomization_HasEveryFileButTheExample()
    {
        var kustomization = KubernetesFiles.Objects.Single(one => KubernetesFiles.KindOf(one) == "Kustomization");
        DeployFiles.Texts(kustomization["resources"]).ShouldBe(
            Directory.GetFiles(KubernetesFiles.Folder).Select(path => Path.GetFileName(path)).Except(["kustomization.yaml", "secret.example.yaml"]), ignoreOrder: true);
    }

    // As the process would map them; nothing is started.
    private static async Task<List<string?>> RoutesAsync(string role)
    {
        using var data = new TempDirectory();
        var builder = HostBuilding.CreateBuilder(new HostSettings(null, new Dictionary<string, string?> { ["Embedded:DataDirectory"] = data.Path }), TextWriter.Null);
        IRole made = role switch
        {
            "seeder" => new SeederRole(),
            "fetch" => new FetcherRole(),
            "ingest" => new IngesterRole(),
            "classify" => new ClassifierRole(),
            _ => new ServerRole(),
        };
        made.Add(builder);
        await using var app = builder.Build();
        made.Map(app);
        return [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Select(endpoint => endpoint.RoutePattern.RawText)];
    }

    private static JsonNode Workload(string role) => KubernetesFiles.Workloads.Single(workload => KubernetesFiles.NameOf(workload) == role);

    private static JsonNode ProbeOf(JsonNode workload, string probe) => KubernetesFiles.ContainerOf(workload)[probe]!["httpGet"]!;

    private static JsonNode Annotations(JsonNode workload) => workload["spec"]!["template"]!["metadata"]!["annotations"]!;
}
