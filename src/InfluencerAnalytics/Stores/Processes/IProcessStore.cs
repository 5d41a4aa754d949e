namespace InfluencerAnalytics.Stores.Processes;

/// <summary>Keeps what each process of the deployment said of itself last, so that any of them can tell of all. Safe for concurrent use.</summary>
public interface IProcessStore
{
    /// <summary>For how long a report is kept: one that is older by the store's clock is dropped as others are written.</summary>
    static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    /// <summary>Keeps a report in the place of the one before of the same process (<see cref="ProcessReport.Id"/>), with the time by the store's clock.</summary>
    ValueTask WriteProcessAsync(ProcessReport report, CancellationToken cancellationToken);

    /// <summary>The processes that reported within a time, at most <see cref="KeptFor"/>, in any order.</summary>
    ValueTask<IReadOnlyList<ReportedProcess>> ReadProcessesAsync(TimeSpan within, CancellationToken cancellationToken);
}
