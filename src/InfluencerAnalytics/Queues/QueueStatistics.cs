using System.Diagnostics.Metrics;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Queues;

/// <summary>
/// How deep the queues are, as last read: in instruments of the <see cref="ProgramMeter"/>, which ask no queue themselves. Every process says it of the same queues, so that the
/// figures are gauges, not to be added up over processes. Safe for concurrent use.
/// </summary>
internal sealed class QueueStatistics
{
    private static readonly Dictionary<string, QueueDepth> Unknown = [];

    private readonly IMessageQueues _queues;
    private volatile Dictionary<string, QueueDepth> _last = Unknown;

    /// <param name="queues">Those of <see cref="QueueNames"/> are read.</param>
    /// <param name="meters">Of the host; null where nobody listens.</param>
    public QueueStatistics(IMessageQueues queues, IMeterFactory? meters = null)
    {
        _queues = queues;
        if (meters?.Create(ProgramMeter.Name) is not { } meter)
            return;
        meter.CreateObservableGauge($"{ProgramMeter.Name}.queue.messages", ObserveMessages, "{message}", "Messages in a queue, by state: waiting (visible), in flight, delayed.");
        meter.CreateObservableGauge($"{ProgramMeter.Name}.queue.oldest_age", () => Observe(static depth => depth.OldestWaitingSeconds), "s", "For how long the oldest waiting message has been visible.");
        meter.CreateObservableGauge($"{ProgramMeter.Name}.queue.dead_letters", () => Observe(static depth => depth.Dead), "{message}", "Dead letters of a queue.");
        meter.CreateObservableCounter(
            $"{ProgramMeter.Name}.queue.dropped_dead_letters", () => Observe(static depth => depth.DroppedDead), "{message}", "Older dead letters that were dropped for newer ones, since the queue was made.");
    }

    /// <summary>Reads the depth of each queue.</summary>
    /// <exception cref="QueueUnavailableException">They are away. Until they are read again, nothing is said of them.</exception>
    public async ValueTask<IReadOnlyDictionary<string, QueueDepth>> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var depths = new Dictionary<string, QueueDepth>();
            foreach (var name in QueueNames.All)
                depths[name] = await _queues.Get(name).GetDepthAsync(cancellationToken);
            return _last = depths;
        }
        catch (QueueUnavailableException)
        {
            _last = Unknown;
            throw;
        }
    }

    private IEnumerable<Measurement<long>> ObserveMessages()
    {
        foreach (var (name, depth) in _last)
        {
            yield return Of(name, "waiting", depth.Waiting);
            yield return Of(name, "in_flight", depth.InFlight);
            yield return Of(name, "delayed", depth.Delayed);
        }

        static Measurement<long> Of(string queue, string state, long count) => new(count, new("queue", queue), new("state", state));
    }

    private IEnumerable<Measurement<T>> Observe<T>(Func<QueueDepth, T> value) where T : struct =>
        _last.Select(pair => new Measurement<T>(value(pair.Value), new KeyValuePair<string, object?>("queue", pair.Key)));
}
