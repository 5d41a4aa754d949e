using System.Text.Json;
using System.Text.RegularExpressions;

namespace InfluencerAnalytics.HostTests.Telemetry;

/// <summary>What <c>deploy/</c> has for those who watch over the program, and the metrics that it names.</summary>
internal static partial class DeployedFiles
{
    public static string PrometheusDirectory { get; } = Path.Combine(FindRoot(AppContext.BaseDirectory), "deploy", "prometheus");

    private static string BoardPath { get; } = Path.Combine(FindRoot(AppContext.BaseDirectory), "deploy", "grafana", "influencer-analytics.json");

    /// <summary>Every metric that a rule or a panel asks for, of ours and of the framework.</summary>
    public static async Task<IReadOnlyCollection<string>> MetricsAsync(CancellationToken cancellationToken)
    {
        var rules = await File.ReadAllTextAsync(Path.Combine(PrometheusDirectory, "alerts.yml"), cancellationToken);
        var expressions = (await ExpressionsOfTheBoardAsync(cancellationToken)).Append(rules);
        return expressions.SelectMany(expression => Metric().Matches(expression)).Select(match => match.Value).ToHashSet();
    }

    /// <summary>What the panels of the board ask Prometheus.</summary>
    public static async Task<IReadOnlyList<string>> ExpressionsOfTheBoardAsync(CancellationToken cancellationToken)
    {
        using var board = JsonDocument.Parse(await File.ReadAllTextAsync(BoardPath, cancellationToken));
        return
        [
            .. board.RootElement.GetProperty("panels").EnumerateArray()
                .Where(panel => panel.GetProperty("type").GetString() != "row")
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .Select(target => target.GetProperty("expr").GetString()!),
        ];
    }

    private static string FindRoot(string directory) =>
        File.Exists(Path.Combine(directory, "InfluencerAnalytics.slnx")) ? directory : FindRoot(Path.GetDirectoryName(directory)!);

    [GeneratedRegex(@"\b(influencer_analytics|dotnet)_[a-z_]+")]
    private static partial Regex Metric();
}
