using System.Diagnostics.Metrics;
using InfluencerAnalytics.Metrics;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Suspicion.Seeding;

/// <summary>
/// Whether the lane has its queue. On SQS one that is older than the lane lacks it until 'queues create' is run once more: the lane waits for it and says so, and the readings go on. Safe
/// for concurrent use.
/// </summary>
internal sealed partial class SuspicionLane
{
    /// <summary>How long one who needs the queue waits before looking for it again.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly Episode _missing;
    private readonly ILogger _logger;
    private volatile string? _reason;

    /// <param name="timeProvider">Says for how long it was missing.</param>
    /// <param name="logger">Told when it is missing and when it is there.</param>
    /// <param name="meters">Of the host; null where nobody listens.</param>
    public SuspicionLane(TimeProvider timeProvider, ILogger<SuspicionLane> logger, IMeterFactory? meters = null)
    {
        (_missing, _logger) = (new Episode(timeProvider), logger);
        meters?.Create(ProgramMeter.Name).CreateObservableGauge(
            $"{ProgramMeter.Name}.suspicion.queue_missing", () => _reason is null ? 0 : 1, null, "1 while the queue of the suspicion checks does not exist, so that the lane does not run.");
    }

    /// <summary>Whether this process has no other work: it is unready then without the queue. Default false.</summary>
    public bool IsAllThereIs { get; init; }

    /// <summary>Whether its queue was missing when it was last asked for.</summary>
    public bool IsMissing => _reason is not null;

    /// <summary>What is to be said of it, a sentence each.</summary>
    public IReadOnlyList<string> Notes() => _reason is { } reason ? [$"The suspicion checks do not run; all else does. {reason}"] : [];

    /// <summary>Does work that begins with a call of the queue. One whose queue is missing is idle: there is nothing to be done.</summary>
    public async ValueTask<WorkResult> WithQueueAsync(Func<ValueTask<WorkResult>> work)
    {
        try
        {
            var result = await work();
            Found();
            return result;
        }
        catch (QueueUnavailableException exception) when (exception.IsMissing)
        {
            _reason = exception.Message;
            if (_missing.Happened(exception.Message))
                Log.Missing(_logger, exception.Message);
            return IsAllThereIs ? WorkResult.Blocked(exception.Message) : WorkResult.Idle;
        }
    }

    private void Found()
    {
        _reason = null;
        if (_missing.Over() is { } past)
            Log.Found(_logger, past.Seconds);
    }

    private static partial class Log
    {
        [LoggerMessage(1504, LogLevel.Warning, "The suspicion checks do not run: {Reason}")]
        public static partial void Missing(ILogger logger, string reason);

        [LoggerMessage(1505, LogLevel.Information, "The queue of the suspicion checks is there, after {Seconds} s.")]
        public static partial void Found(ILogger logger, double seconds);
    }
}
