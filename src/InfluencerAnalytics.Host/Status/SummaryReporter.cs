using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Reporting;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Host.Status;

/// <summary>One log line an interval that says how it goes; what the live status is without a terminal.</summary>
internal sealed partial class SummaryReporter(PipelineReport report, ProcessReadiness readiness, WorkerHealth health, TimeProvider timeProvider, ILogger<SummaryReporter> logger)
    : Worker("summary", health, timeProvider, logger)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(10);

    private readonly Episode _problems = new(timeProvider);
    private TimeSpan _pause = Shortest;
    private bool _hasBegun;

    protected override TimeSpan IdlePause => _pause;

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        // At once there is nothing to sum up.
        if (!_hasBegun)
        {
            _hasBegun = true;
            return WorkResult.Idle;
        }
        var pipeline = await report.ReadAsync(stopping);
        _pause = pipeline.Interval is { } seconds && seconds > Shortest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : Shortest;
        Log.Summary(Logger, Describe(pipeline));
        LogProblems(readiness.WorkerProblems);
        return WorkResult.Idle;
    }

    private void LogProblems(IReadOnlyList<string> problems)
    {
        foreach (var problem in problems)
        {
            if (_problems.Happened(problem))
                Log.Problem(Logger, problem);
        }
        if (problems.Count == 0 && _problems.Over() is { } past)
            Log.NoProblem(Logger, past.Seconds);
    }

    internal static string Describe(PipelineResponse pipeline)
    {
        var slots = pipeline.Slots ?? [];
        var slot = slots.LastOrDefault(line => line.Final) ?? (slots.Count > 0 ? slots[^1] : null);
        var coverage = slot is null ? "no slot yet"
            : $"slot {slot.Slot} {(slot.Coverage is { } share ? Amounts.Percent(share) : "-")} ({slot.Stored} of {slot.Tracked}{(slot.Final ? "" : " so far")}"
                + $"{(slot.Missed.Count == 0 ? "" : $"; missed: {Amounts.ByReason(slot.Missed)}")}{(slot.Gone == 0 ? "" : $"; gone: {slot.Gone}")})";
        var lag = pipeline.Ingest.LagSeconds is { } seconds ? Amounts.Seconds(seconds) : "-";
        var queues = pipeline.Queues ?? new Dictionary<string, QueueResponse>();
        return $"{coverage}; {Amounts.Count(pipeline.Fetch.PerSecond)} fetched/s, {Amounts.Count(pipeline.Ingest.PerSecond)} stored/s, lag {lag}; "
            + $"{pipeline.Fetch.Failures.Values.Sum()} failed attempts; {queues.Values.Sum(queue => queue.Waiting)} messages waiting, {queues.Values.Sum(queue => queue.Dead)} dead; "
            + $"{Amounts.Bytes(Environment.WorkingSet)} memory";
    }

    private static partial class Log
    {
        [LoggerMessage(4101, LogLevel.Information, "{Summary}")]
        public static partial void Summary(ILogger logger, string summary);

        [LoggerMessage(4102, LogLevel.Warning, "{Problem}")]
        public static partial void Problem(ILogger logger, string problem);

        [LoggerMessage(4104, LogLevel.Information, "Every worker is well again, after {Seconds} s.")]
        public static partial void NoProblem(ILogger logger, double seconds);
    }
}
