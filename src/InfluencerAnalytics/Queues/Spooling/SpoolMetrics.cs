using System.Diagnostics.Metrics;
using InfluencerAnalytics.Metrics;

namespace InfluencerAnalytics.Queues.Spooling;

/// <summary>How much waits on this disk for queues that are away: in instruments of the <see cref="ProgramMeter"/>, as <see cref="SpoolDrain"/> saw it last. Safe for concurrent use.</summary>
internal sealed class SpoolMetrics
{
    private volatile Reading? _last;

    /// <param name="meters">Of the host; null where nobody listens.</param>
    public SpoolMetrics(IMeterFactory? meters = null)
    {
        if (meters?.Create(ProgramMeter.Name) is not { } meter)
            return;
        meter.CreateObservableGauge($"{ProgramMeter.Name}.spool.messages", () => Observe(static reading => reading.Messages), "{message}", "Messages of readings that wait on this disk until their queue is back.");
        meter.CreateObservableGauge($"{ProgramMeter.Name}.spool.size", () => Observe(static reading => reading.Bytes), "By", "What these messages come to.");
        meter.CreateObservableGauge($"{ProgramMeter.Name}.spool.limit", () => Observe(static reading => reading.Limit), "By", "What they may come to; beyond it readings are dropped.");
    }

    /// <param name="depth">Of the queue on this disk.</param>
    /// <param name="limit">In bytes.</param>
    public void Note(QueueDepth depth, long limit) => _last = new Reading(depth.Waiting + depth.InFlight + depth.Delayed, depth.Bytes ?? 0, limit);

    private IEnumerable<Measurement<long>> Observe(Func<Reading, long> value) => _last is { } reading ? [new Measurement<long>(value(reading))] : [];

    private sealed record Reading(long Messages, long Bytes, long Limit);
}
