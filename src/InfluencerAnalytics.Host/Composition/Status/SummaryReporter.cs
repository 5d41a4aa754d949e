namespace InfluencerAnalytics.Host.Composition.Status;

/// <summary>One log line an interval that says how it goes; what the live status is without a terminal.</summary>
internal sealed partial class SummaryReporter(StatusSource source, TimeProvider timeProvider, ILogger<SummaryReporter> logger) : BackgroundService
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = Shortest;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(pause, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;
            try
            {
                var view = await source.ReadAsync(stoppingToken);
                pause = view.Interval is { } interval && interval > Shortest ? interval : Shortest;
                Log.Summary(logger, Describe(view));
                foreach (var problem in view.Problems)
                    Log.Problem(logger, problem);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.Failed(logger, exception);
            }
        }
    }

    internal static string Describe(StatusView view)
    {
        var slot = view.Slots.LastOrDefault(line => line.Final) ?? (view.Slots.Count > 0 ? view.Slots[^1] : null);
        var coverage = slot is null ? "no slot yet"
            : $"slot {slot.Slot:HH:mm:ss} {(slot.Coverage is { } share ? Amounts.Percent(share) : "-")} ({slot.Stored} of {slot.Tracked}{(slot.Final ? "" : ", not over")})";
        var lag = view.Ingest?.LagSeconds is { } seconds ? Amounts.Seconds(seconds) : "-";
        var failed = view.Fetch?.Failures.Values.Sum() ?? 0;
        return $"{coverage}; {Amounts.Count(view.Fetch?.PerSecond ?? 0)} fetched/s, {Amounts.Count(view.Ingest?.PerSecond ?? 0)} stored/s, lag {lag}; "
            + $"{failed} failed attempts; waiting {string.Join(", ", view.Queues.Select(queue => $"{queue.Name} {queue.Waiting}"))}; "
            + $"{view.Queues.Sum(queue => queue.Dead)} dead letters; {Amounts.Bytes(Environment.WorkingSet)} memory";
    }

    private static partial class Log
    {
        [LoggerMessage(4101, LogLevel.Information, "{Summary}")]
        public static partial void Summary(ILogger logger, string summary);

        [LoggerMessage(4102, LogLevel.Warning, "{Problem}")]
        public static partial void Problem(ILogger logger, string problem);

        [LoggerMessage(4103, LogLevel.Error, "The status could not be read.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
