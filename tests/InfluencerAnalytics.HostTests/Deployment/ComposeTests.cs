using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace InfluencerAnalytics.HostTests.Deployment;

/// <summary>What the services of compose.yaml name of one another is there.</summary>
public sealed class ComposeTests
{
    // Within 10 s the program has stopped, whatever it does; less would have it killed.
    private const int StopsWithinSeconds = 10;

    [Fact]
    public void Dependencies_AreServices()
    {
        foreach (var (name, service) in ComposeFile.Services)
            (service["depends_on"]?.AsObject().Select(pair => pair.Key) ?? []).ShouldBeSubsetOf(ComposeFile.Services.Keys, name);
    }

    [Fact]
    public void Mounts_AreFilesOfTheRepositoryOrVolumesThatAreDeclared()
    {
        var volumes = ComposeFile.File["volumes"]!.AsObject().Select(pair => pair.Key).ToList();
        foreach (var source in ComposeFile.Services.Values.SelectMany(service => DeployFiles.Texts(service["volumes"])).Select(mount => mount.Split(':')[0]))
        {
            if (source.StartsWith('.'))
                Directory.Exists(Path.Combine(DeployFiles.Deploy, source)).ShouldBeTrue(source);
            else
                volumes.ShouldContain(source);
        }
    }

    [Fact]
    public void Fetchers_HaveAVolumeEach()
    {
        var fetchers = ComposeFile.Ours.Where(service => DeployFiles.Texts(service.Value["command"])[0] == "fetch").ToList();
        fetchers.Count.ShouldBe(2);
        fetchers.Select(service => DeployFiles.Texts(service.Value["volumes"]).ShouldHaveSingleItem()).ShouldBeUnique();
        foreach (var (name, service) in fetchers)
        {
            DeployFiles.Texts(service["volumes"])[0].Split(':')[1].ShouldBe(ComposeFile.Of(name).Environment["Embedded__DataDirectory"]);
            service["deploy"].ShouldBeNull("two of one service would share the volume");
        }
    }

    [Fact]
    public void Addresses_AreThoseOfServices()
    {
        foreach (var process in ComposeFile.Processes)
        {
            if (process.Environment.TryGetValue("Sqs__ServiceUrl", out var sqs))
                new Uri(sqs).Authority.ShouldBe($"sqs:{DeployFiles.Text(ComposeFile.Services["sqs"]["environment"]!["FAUXQS_PORT"])}");
            if (process.Environment.TryGetValue("Postgres__ConnectionString", out var store))
                ShouldLeadToTheDatabase(store);
            var provider = process.Arguments.SkipWhile(word => word != "--provider").ElementAtOrDefault(1);
            if (provider is not null)
                new Uri(provider).Authority.ShouldBe($"simulator:{ComposeFile.Of("simulator").Arguments.SkipWhile(word => word != "--port").ElementAt(1)}");
        }
    }

    [Fact]
    public void Roles_HaveTheTimeToStop()
    {
        foreach (var (name, service) in ComposeFile.Ours.Where(service => service.Value["stop_grace_period"] is not null))
            int.Parse(DeployFiles.Text(service["stop_grace_period"]).TrimEnd('s'), CultureInfo.InvariantCulture).ShouldBeGreaterThan(StopsWithinSeconds, name);
    }

    [Fact]
    public void SqsServer_IsTheOneOfTheTests()
    {
        var tested = JsonNode.Parse(File.ReadAllText(Path.Combine(DeployFiles.Root, "tests", "sqs-server", "package.json")))!["dependencies"]!["fauxqs"]!.GetValue<string>();
        DeployFiles.Texts(ComposeFile.Services["sqs"]["command"]).ShouldContain($"fauxqs@{tested}");
    }

    [Fact]
    public void ApiKey_IsTheOneWhoseHashTheServerHas()
    {
        var key = DeployFiles.Text(ComposeFile.File["x-api-key"]);
        ComposeFile.Of("serve").Environment["Api__Keys__0__Hash"].ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))));
    }

    [Fact]
    public void Prometheus_AsksEveryRoleWhereItListens()
    {
        var folder = Path.Combine(DeployFiles.Deploy, "prometheus");
        var settings = DeployFiles.Yaml(Path.Combine(folder, "compose.yml")).Single();
        var targets = settings["scrape_configs"]![0]!["dns_sd_configs"]![0]!;
        var roles = ComposeFile.Ours.Where(service => service.Value["stop_grace_period"] is not null).Select(service => service.Key).ToList();
        DeployFiles.Texts(targets["names"]).ShouldBe(roles, ignoreOrder: true);
        foreach (var role in roles)
            DeployFiles.Text(targets["port"]).ShouldBe(ComposeFile.Of(role).Port.ToString(CultureInfo.InvariantCulture));
        foreach (var rules in DeployFiles.Texts(settings["rule_files"]))
            File.Exists(Path.Combine(folder, rules)).ShouldBeTrue(rules);
    }

    [Fact]
    public void Ports_ThatAreOpenToTheMachine_AreListenedOn()
    {
        var (published, inside) = DeployFiles.Texts(ComposeFile.Ours["serve"]["ports"]).ShouldHaveSingleItem().Split(':') is [var address, _, var port] ? (address, port) : ("", "");
        published.ShouldBe("127.0.0.1");
        inside.ShouldBe(ComposeFile.Of("serve").Port.ToString(CultureInfo.InvariantCulture));
    }

    private static void ShouldLeadToTheDatabase(string connection)
    {
        var database = DeployFiles.Map(ComposeFile.Services["database"]["environment"]);
        connection.ShouldBe($"Host=database;Database={database["POSTGRES_DB"]};Username={database["POSTGRES_USER"]};Password={database["POSTGRES_PASSWORD"]}");
    }
}
