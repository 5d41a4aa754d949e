using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Benchmarks.Scale;

/// <summary>What the processes have counted since their start, or between two moments.</summary>
/// <param name="Fetched">Readings.</param>
/// <param name="Stored">Readings.</param>
/// <param name="Calls">Of SQS, by all processes.</param>
/// <param name="Units">Billed of them.</param>
/// <param name="CallsOfFetchers">Of each.</param>
/// <param name="CallsOf">Each of <see cref="Actions"/>.</param>
/// <param name="Cpu">Seconds, by role.</param>
internal sealed record ScaleCounts(
    long Fetched, long Stored, long Calls, long Units, IReadOnlyList<long> CallsOfFetchers, IReadOnlyDictionary<(string Queue, string Action), long> CallsOf, IReadOnlyDictionary<string, double> Cpu)
{
    /// <summary>Those that every reading asks for; the rest looks at the queues.</summary>
    public static IReadOnlyList<(string Queue, string Action)> Actions { get; } =
    [
        (QueueNames.InfluencerIdStore, "ReceiveMessage"), (QueueNames.InfluencerIdStore, "ChangeMessageVisibilityBatch"), (QueueNames.InfluencerDataPoints, "SendMessageBatch"),
        (QueueNames.InfluencerDataPoints, "ReceiveMessage"), (QueueNames.InfluencerDataPoints, "DeleteMessageBatch"),
    ];

    /// <param name="before">Of the same processes.</param>
    public ScaleCounts Since(ScaleCounts before) => new(
        Fetched - before.Fetched, Stored - before.Stored, Calls - before.Calls, Units - before.Units,
        [.. CallsOfFetchers.Zip(before.CallsOfFetchers, static (now, then) => now - then)],
        CallsOf.ToDictionary(static pair => pair.Key, pair => pair.Value - before.CallsOf[pair.Key]),
        Cpu.ToDictionary(static pair => pair.Key, pair => pair.Value - before.Cpu[pair.Key]));
}
