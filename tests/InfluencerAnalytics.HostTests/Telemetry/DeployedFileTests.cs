using InfluencerAnalytics.HostTests.Running;

namespace InfluencerAnalytics.HostTests.Telemetry;

/// <summary>The rules and the example in <c>deploy/prometheus</c> are what Prometheus's own tool accepts.</summary>
public sealed class DeployedFileTests
{
    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("check", "rules", "alerts.yml")]
    [InlineData("test", "rules", "alerts.test.yml")]
    [InlineData("check", "config", "prometheus.yml")]
    public async Task Promtool_OfEachFile_AcceptsIt(string verb, string what, string file)
    {
        var promtool = DebianProgram.Find("promtool", "prometheus");
        var (code, output) = await DebianProgram.RunAsync(promtool, [verb, what, Path.Combine(DeployedFiles.PrometheusDirectory, file)], _cancellationToken);
        code.ShouldBe(0, output);
        output.ShouldContain("SUCCESS");
    }

    /// <summary>So that no alert is there that nobody has seen come, or that nobody can look up.</summary>
    [Fact]
    public async Task Alerts_EachOne_IsInTheTestOfTheRulesAndInTheDocs()
    {
        var rules = await File.ReadAllLinesAsync(Path.Combine(DeployedFiles.PrometheusDirectory, "alerts.yml"), _cancellationToken);
        var test = await File.ReadAllTextAsync(Path.Combine(DeployedFiles.PrometheusDirectory, "alerts.test.yml"), _cancellationToken);
        var alerts = rules.Where(line => line.Contains("- alert: ", StringComparison.Ordinal)).Select(line => line.Split("- alert: ")[1]).ToList();
        alerts.Count.ShouldBeGreaterThan(10);
        var docs = await File.ReadAllTextAsync(Path.Combine(DeployedFiles.PrometheusDirectory, "..", "..", "docs", "operations.md"), _cancellationToken);
        alerts.Where(alert => !docs.Contains($"`{alert}`", StringComparison.Ordinal)).ShouldBeEmpty();
        alerts.Where(alert => !test.Contains($"alertname=\"{alert}\"", StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
