using System.Globalization;
using System.Xml.Linq;

namespace InfluencerAnalytics.HostTests.Deployment;

/// <summary>The image is built from what there is, with the .NET of the projects, and does not run as root.</summary>
public sealed class DockerfileTests
{
    [Fact]
    public void Stages_AreOfTheProjectsDotNet()
    {
        var framework = XDocument.Load(Path.Combine(DeployFiles.Root, "Directory.Build.props")).Descendants("TargetFramework").Single().Value;
        var version = framework["net".Length..];
        Dockerfile.All("FROM").Select(stage => stage.Split(' ')[0]).ShouldBe(
            [$"mcr.microsoft.com/dotnet/sdk:{version}", $"mcr.microsoft.com/dotnet/aspnet:{version}-noble-chiseled"]);
    }

    [Fact]
    public void Copy_WhatIsTakenFromTheRepository_IsThereAndNotIgnored()
    {
        var sources = Dockerfile.All("COPY").Where(rest => !rest.StartsWith("--from", StringComparison.Ordinal)).SelectMany(rest => rest.Split(' ')[..^1]).ToList();
        sources.ShouldNotBeEmpty();
        foreach (var source in sources)
            Path.Exists(Path.Combine(DeployFiles.Root, source)).ShouldBeTrue(source);
        // All is ignored but what is named again.
        var ignored = File.ReadAllLines(Path.Combine(DeployFiles.Root, ".dockerignore"));
        ignored.ShouldContain("*");
        ignored.Where(line => line.StartsWith('!')).Select(line => line[1..]).ShouldBe(sources, ignoreOrder: true);
    }

    [Fact]
    public void Publish_IsTheProjectOfTheProgramThatIsStarted()
    {
        const string Project = "src/InfluencerAnalytics.Host";
        Dockerfile.One("RUN").ShouldContain($"dotnet publish {Project} ");
        var name = XDocument.Load(Path.Combine(DeployFiles.Root, Project, "InfluencerAnalytics.Host.csproj")).Descendants("AssemblyName").Single().Value;
        Dockerfile.Program.ShouldBe($"{Dockerfile.One("WORKDIR", last: true)}/{name}");
        Dockerfile.One("ENTRYPOINT").ShouldBe($"[\"{Dockerfile.Program}\"]");
        Dockerfile.HealthCheck[0].ShouldBe(Dockerfile.Program);
    }

    [Fact]
    public void User_IsNotRootAndOwnsTheData()
    {
        var user = Dockerfile.One("USER");
        user.ShouldBe("1654:1654");
        Dockerfile.All("COPY").ShouldContain($"--from=build --chown={user} /data {Dockerfile.Environment["Embedded__DataDirectory"]}");
    }

    [Fact]
    public void Port_IsTheOneThatIsListenedOn() =>
        Dockerfile.One("EXPOSE").ShouldBe(Dockerfile.Processes[0].Port.ToString(CultureInfo.InvariantCulture));
}
