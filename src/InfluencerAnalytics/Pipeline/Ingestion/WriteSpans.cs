using System.Diagnostics;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Metrics;

namespace InfluencerAnalytics.Pipeline.Ingestion;

/// <summary>
/// A write carries messages of many visits, each of a trace of its own. So it gets a span in the trace of each that is sampled, made once it is over: until then the visits
/// would take turns at being the current one.
/// </summary>
internal static class WriteSpans
{
    public const string Name = "ingest.write";

    /// <param name="messages">Of one write.</param>
    /// <param name="began">When it began.</param>
    /// <param name="ended">When the store had committed, or had failed.</param>
    /// <param name="failure">Null when it had not. Messages that are decided all the same were stored before it.</param>
    public static void Tell(IReadOnlyList<IncomingMessage> messages, DateTimeOffset began, DateTimeOffset ended, Exception? failure)
    {
        foreach (var message in messages)
        {
            if (message.Trace.TraceId == default)
                continue;
            var isDone = failure is null || message.IsDecided;
            using var span = ProgramTraces.Source.StartActivity(Name, ActivityKind.Consumer, message.Trace, startTime: began);
            span?.SetTag("messaging.message.id", message.Message.Id)
                .SetTag("slot", UtcText.Of(message.Batch.Slot))
                .SetTag("readings", message.Batch.Points.Count)
                .SetTag("missed", message.Batch.Missed.Count)
                .SetTag("messages_of_the_write", messages.Count)
                .SetStatus(isDone ? ActivityStatusCode.Ok : ActivityStatusCode.Error, isDone ? null : failure?.Message)
                .SetEndTime(ended.UtcDateTime);
        }
    }
}
