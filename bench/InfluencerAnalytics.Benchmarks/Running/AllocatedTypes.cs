using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace InfluencerAnalytics.Benchmarks.Running;

/// <summary>
/// Of which types the memory is that this process allocates, by the runtime's own samples: one every 100 KB, so that it takes some seconds of a busy process
/// to tell.
/// </summary>
internal sealed class AllocatedTypes : EventListener
{
    private const EventKeywords GarbageCollection = (EventKeywords)1;

    private readonly ConcurrentDictionary<string, double> _bytes = new(StringComparer.Ordinal);

    /// <summary>Bytes of each type since the start, the most first.</summary>
    public IReadOnlyList<(string Type, double Bytes)> Taken() => [.. _bytes.Select(taken => (taken.Key, taken.Value)).OrderByDescending(taken => taken.Value)];

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
            EnableEvents(eventSource, EventLevel.Verbose, GarbageCollection);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName is not { } name || !name.StartsWith("GCAllocationTick", StringComparison.Ordinal))
            return;
        var bytes = (ulong)eventData.Payload![eventData.PayloadNames!.IndexOf("AllocationAmount64")]!;
        var type = (string)eventData.Payload[eventData.PayloadNames.IndexOf("TypeName")]!;
        _bytes.AddOrUpdate(type, bytes, (_, before) => before + bytes);
    }
}
