using InfluencerAnalytics.Host.Commands;
using InfluencerAnalytics.Host.Configuration;
using Microsoft.Extensions.Configuration;

namespace InfluencerAnalytics.HostTests.Deployment;

/// <summary>Every process that a file in deploy/ starts is one that this program can be: its command, its options, its environment.</summary>
public sealed class DeployedProcessTests
{
    /// <summary>Variables that .NET and the SDK of AWS read, and not the program's configuration.</summary>
    private static readonly string[] OfOthers = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "DOTNET_EnableDiagnostics"];

    public static TheoryData<string> Processes => [.. DeployedProcess.All.Select(process => process.Where)];

    [Fact]
    public void Processes_OfAllFiles_AreFound()
    {
        DeployedProcess.All.Select(process => process.Where).ShouldBeUnique();
        foreach (var process in new[] { "db migrate", "queues create", "seeder", "fetch", "ingest", "classify", "serve" })
        {
            foreach (var file in new[] { ComposeFile.Processes, KubernetesFiles.Processes })
                file.ShouldContain(one => $"{string.Join(' ', one.Arguments)} ".StartsWith($"{process} ", StringComparison.Ordinal), process);
        }
    }

    [Theory]
    [MemberData(nameof(Processes))]
    public void Arguments_OfAProcess_AreACommandAndItsOptions(string where)
    {
        var result = CommandLine.Create().Parse([.. Find(where).Arguments]);
        result.Errors.ShouldBeEmpty();
        result.CommandResult.Command.Action.ShouldNotBeNull(where);
    }

    [Theory]
    [MemberData(nameof(Processes))]
    public void Environment_OfAProcess_IsSettingsThatTheProgramKnowsAndTakes(string where)
    {
        var settings = Find(where).Environment.Where(pair => !OfOthers.Contains(pair.Key)).ToList();
        // A single underscore, or none, is no setting: it would be ignored without a word.
        settings.Where(pair => !pair.Key.Contains("__", StringComparison.Ordinal)).ShouldBeEmpty();
        Check(settings, HostedRole.All.FirstOrDefault(role => role.Command == Find(where).Arguments[0])).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Storage__Queu", "Sqs")]
    [InlineData("Storge__Queue", "Sqs")]
    [InlineData("Storage__Queue", "Kafka")]
    [InlineData("Api__Keys__0__Hash", "short")]
    public void Environment_NamesAndValuesThatNobodyKnows_AreFound(string name, string value) => Check([new(name, value)]).ShouldNotBeEmpty();

    private static IReadOnlyList<string> Check(IEnumerable<KeyValuePair<string, string>> variables, HostedRole? role = null)
    {
        var settings = variables.Select(pair => new KeyValuePair<string, string?>(pair.Key.Replace("__", ":", StringComparison.Ordinal), pair.Value));
        return OptionsCheck.Run(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), role).Errors;
    }

    private static DeployedProcess Find(string where) => DeployedProcess.All.Single(process => process.Where == where);
}
