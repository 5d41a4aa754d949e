using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using InfluencerAnalytics.Metrics;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Queues;

/// <summary>
/// How deep the queues are, as last read: in instruments of the <see cref="ProgramMeter"/>, which ask no queue themselves. Every process says it of the same queues, so that the
/// figures are gauges, not to be added up over processes. Safe for concurrent use.
/// </summary>
internal sealed class QueueMetrics
{
    private static readonly Dictionary<string, QueueReading> Unknown = [];

    private readonly IMessageQueues _queues;
    private readonly IDeadLetters _deadLetters;
    private readonly TimeProvider _timeProvider;
    private readonly ConcurrentDictionary<string, KeptDepth> _kept = new(StringComparer.Ordinal);
    private volatile Dictionary<string, QueueReading> _last = Unknown;

    /// <param name="queues">Those of <see cref="QueueNames"/> are read.</param>
    /// <param name="deadLetters">Theirs.</param>
    /// <param name="timeProvider">Says how old a depth is.</param>
    /// <param name="meters">Of the host; null where nobody listens.</param>
    public QueueMetrics(IMessageQueues queues, IDeadLetters deadLetters, TimeProvider timeProvider, IMeterFactory? meters = null)
    {
        (_queues, _deadLetters, _timeProvider) = (queues, deadLetters, timeProvider);
        if (meters?.Create(ProgramMeter.Name) is not { } meter)
            return;
        meter.CreateObservableGauge($"{ProgramMeter.Name}.queue.messages", ObserveMessages, "{message}", "Messages in a queue, by state: waiting (visible), in flight, delayed.");
        meter.CreateObservableGauge($"{ProgramMeter.Name}.queue.oldest_age", () => Observe(static reading => reading.Depth?.OldestWaitingSeconds), "s", "For how long the oldest waiting message has been visible.");
        meter.CreateObservableGauge($"{ProgramMeter.Name}.queue.dead_letters", () => Observe(static reading => reading.Dead?.Kept), "{message}", "Dead letters of a queue.");
        meter.CreateObservableCounter(
            $"{ProgramMeter.Name}.queue.dropped_dead_letters", () => Observe(static reading => reading.Dead?.Dropped), "{message}", "Older dead letters that were dropped for newer ones, since the queue was made.");
    }

    /// <summary>Reads the depth of each queue. One that cannot be read says why instead: it may be missing, or not be allowed to be looked at, while the others work.</summary>
    /// <exception cref="QueueUnavailableException">All are away. Until they are read again, nothing is said of them.</exception>
    public async ValueTask<IReadOnlyDictionary<string, QueueReading>> ReadAsync(CancellationToken cancellationToken)
    {
        var depths = new Dictionary<string, QueueReading>();
        QueueUnavailableException? away = null;
        foreach (var name in QueueNames.All)
        {
            try
            {
                depths[name] = new QueueReading(await ReadDepthAsync(_queues.Get(name), cancellationToken), await TryCountDeadAsync(name, cancellationToken));
            }
            catch (QueueUnavailableException exception)
            {
                away = exception;
                depths[name] = new QueueReading(null, null, exception.Message);
            }
        }
        if (away is null || depths.Values.Any(static reading => reading.Problem is null))
            return _last = depths;
        _last = Unknown;
        throw away;
    }

    // However many look at a report: each depth is a call, which costs money on SQS.
    private async ValueTask<QueueDepth> ReadDepthAsync(IMessageQueue queue, CancellationToken cancellationToken)
    {
        if (_kept.TryGetValue(queue.Name, out var kept) && _timeProvider.GetElapsedTime(kept.ReadAt) < queue.DepthKeeps)
            return kept.Depth;
        var depth = await queue.GetDepthAsync(cancellationToken);
        _kept[queue.Name] = new KeptDepth(depth, _timeProvider.GetTimestamp());
        return depth;
    }

    private IEnumerable<Measurement<long>> ObserveMessages()
    {
        foreach (var (name, reading) in _last)
        {
            if (reading.Depth is not { } depth)
                continue;
            yield return Of(name, "waiting", depth.Waiting);
            yield return Of(name, "in_flight", depth.InFlight);
            yield return Of(name, "delayed", depth.Delayed);
        }

        static Measurement<long> Of(string queue, string state, long count) => new(count, new("queue", queue), new("state", state));
    }

    private IEnumerable<Measurement<T>> Observe<T>(Func<QueueReading, T?> value) where T : struct
    {
        foreach (var (name, reading) in _last)
        {
            if (value(reading) is { } known)
                yield return new Measurement<T>(known, new KeyValuePair<string, object?>("queue", name));
        }
    }

    // What keeps the letters may be away while the queues are not.
    private async ValueTask<DeadLetterCount?> TryCountDeadAsync(string queue, CancellationToken cancellationToken)
    {
        try
        {
            return await _deadLetters.CountAsync(queue, cancellationToken);
        }
        catch (PartUnavailableException exception) when (exception is not QueueUnavailableException)
        {
            return null;
        }
    }

    /// <param name="Depth">As it was.</param>
    /// <param name="ReadAt">By the monotonic clock.</param>
    private readonly record struct KeptDepth(QueueDepth Depth, long ReadAt);
}
