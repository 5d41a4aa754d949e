using System.Globalization;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Processes;

namespace InfluencerAnalytics.Host.Reporting;

/// <summary>
/// Whether this process can work, and what is to be said of the others. These are notes: a balancer that asked for readiness must not take every API out of service because a
/// fetcher cannot work. Safe for concurrent use.
/// </summary>
internal sealed class DeploymentReadiness(ProcessReadiness readiness, IStoreStatus store, DeploymentProcesses processes) : IReadiness
{
    // A machine that went away takes many processes with it; the pipeline names them all.
    private const int MaxNamed = 10;

    /// <inheritdoc/>
    public async ValueTask<(IReadOnlyList<string> Reasons, IReadOnlyList<string> Notes)> ReadAsync(CancellationToken cancellationToken)
    {
        var status = await store.GetStatusAsync(cancellationToken);
        var (reasons, notes) = readiness.Judge(status);
        var troubled = (await processes.ReadOthersAsync(status, cancellationToken)).Select(Trouble).OfType<string>().ToList();
        var more = troubled.Count - MaxNamed;
        return (reasons, [.. notes, .. troubled.Take(MaxNamed), .. more > 0 ? [$"{more} more processes are silent or not ready; see /api/v1/pipeline."] : Array.Empty<string>()]);
    }

    private static string? Trouble(ReportedProcess process)
    {
        var name = $"{process.Report.Role} on {process.Report.Host}";
        if (!DeploymentProcesses.IsCounted(process))
            return string.Create(CultureInfo.InvariantCulture, $"{name}: last heard of {process.Age.TotalSeconds:F0} s ago.");
        return process.Report.Problems.Count == 0 ? null : $"{name} is not ready: {string.Join(" ", process.Report.Problems)}";
    }
}
