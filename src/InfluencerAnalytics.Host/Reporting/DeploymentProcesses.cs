using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Processes;

namespace InfluencerAnalytics.Host.Reporting;

/// <summary>All processes of the deployment: this one as it is now, the others as they reported. Safe for concurrent use.</summary>
internal sealed class DeploymentProcesses(OwnProcess own, IProcessStore store)
{
    /// <summary>Three reports: one that is late, or lost to a moment without the store, leaves no process out.</summary>
    public static readonly TimeSpan CountedFor = TimeSpan.FromSeconds(30);

    /// <summary>Whether the figures of one count: it reported a short while ago.</summary>
    public static bool IsCounted(ReportedProcess process) => process.Age <= CountedFor;

    /// <summary>Those that reported within the hour and did not stop as they were asked. While the store is away, this one alone: what the others do is not known.</summary>
    /// <param name="status">How the store is now.</param>
    public async ValueTask<IReadOnlyList<ReportedProcess>> ReadAsync(StoreStatus status, CancellationToken cancellationToken)
    {
        var mine = own.Describe(status);
        var all = new List<ReportedProcess> { new(mine, TimeSpan.Zero) };
        if (status.Ready)
            all.AddRange((await TryReadAsync(cancellationToken)).Where(one => one.Report.Id != mine.Id && !one.Report.HasStopped));
        return [.. all.OrderBy(one => one.Report.Role, StringComparer.Ordinal).ThenBy(one => one.Report.Host, StringComparer.Ordinal).ThenBy(one => one.Report.Id, StringComparer.Ordinal)];
    }

    /// <summary>As above, but this one.</summary>
    public async ValueTask<IReadOnlyList<ReportedProcess>> ReadOthersAsync(StoreStatus status, CancellationToken cancellationToken)
    {
        var all = await ReadAsync(status, cancellationToken);
        return [.. all.Where(one => one.Report.Id != own.Id)];
    }

    // Away since a moment ago: whoever asks is told by the state of the store.
    private async ValueTask<IReadOnlyList<ReportedProcess>> TryReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadProcessesAsync(IProcessStore.KeptFor, cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            return [];
        }
    }
}
