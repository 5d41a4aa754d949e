using InfluencerAnalytics.Embedded.Clocks;
using InfluencerAnalytics.Stores.Processes;

namespace InfluencerAnalytics.Embedded.Processes;

/// <summary>
/// What processes said of themselves. In memory only: a process that could say anything is the one that owns the directory, and what it said dies with it. Its lock is its own, so
/// that nobody who appends waits for it. Safe for concurrent use.
/// </summary>
internal sealed class ProcessReports(StoreClock clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (ProcessReport Report, TimeSpan At)> _reports = new(StringComparer.Ordinal);

    public bool Write(ProcessReport report)
    {
        lock (_lock)
        {
            // Monotonic, so that a step of the wall clock makes none older or younger.
            var now = clock.Elapsed;
            foreach (var (id, (_, at)) in _reports)
            {
                if (now - at > IProcessStore.KeptFor)
                    _reports.Remove(id);
            }
            _reports[report.Id] = (report, now);
        }
        return true;
    }

    public IReadOnlyList<ReportedProcess> Read(TimeSpan within)
    {
        lock (_lock)
        {
            var now = clock.Elapsed;
            return [.. _reports.Values.Select(one => new ReportedProcess(one.Report, now - one.At)).Where(one => one.Age <= within)];
        }
    }
}
