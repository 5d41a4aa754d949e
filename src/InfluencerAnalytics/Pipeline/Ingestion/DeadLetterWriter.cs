using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Ingestion;

/// <summary>Puts aside what can never be stored: whole messages, and single data points as messages of their own, so that they can be replayed. One thread at a time.</summary>
internal sealed partial class DeadLetterWriter(IDeadLetters letters, PipelineMetrics metrics, TimeProvider timeProvider, ILogger<DeadLetterWriter> logger)
{
    private const string Queue = QueueNames.InfluencerDataPoints;

    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Episode _episode = new(timeProvider);

    /// <summary>Moves a message as it is.</summary>
    public async ValueTask MoveAsync(ReceivedMessage message, string reason)
    {
        await letters.MoveAsync(Queue, message, reason, CancellationToken.None);
        Note(reason, 1);
    }

    /// <summary>Puts the bad points of a message aside, of which the rest is stored. The message itself stays where it is.</summary>
    public async ValueTask PutPartsAsideAsync(IncomingMessage message)
    {
        foreach (var group in message.Rejected.GroupBy(rejected => rejected.Reason, rejected => rejected.Json))
        {
            List<string> elements = [.. group];
            foreach (var letter in RejectedPointsWriter.Write(message.Batch.Slot, message.Batch.Interval, elements))
                await letters.PutAsync(Queue, letter, group.Key, CancellationToken.None);
            Note(group.Key, elements.Count);
        }
        foreach (var group in message.Refused.GroupBy(refused => refused.Reason, refused => refused.Part))
        {
            List<DataPoint> points = [.. group.SelectMany(part => part.Points)];
            List<Miss> missed = [.. group.SelectMany(part => part.Missed)];
            foreach (var letter in new DataPointMessageWriter().Write(message.Batch.Slot, message.Batch.Interval, points, missed))
                await letters.PutAsync(Queue, letter.Body, StoreRefuses(group.Key), CancellationToken.None);
            Note(StoreRefuses(group.Key), points.Count + missed.Count);
        }
    }

    /// <summary>Logs when nothing was put aside for a while. To be called now and then.</summary>
    public void Check()
    {
        if (_episode.Over(Quiet) is { } past)
            Log.NoneAnyMore(logger, Queue, past.Times, past.Seconds);
    }

    public static string StoreRefuses(string reason) => $"The store cannot take it: {reason}";

    private void Note(string reason, int count)
    {
        metrics.DeadLettered(count);
        if (_episode.Happened(reason, count))
            Log.PutAside(logger, Queue, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(1401, LogLevel.Warning, "What comes in {Queue} goes to the dead letters: {Reason}")]
        public static partial void PutAside(ILogger logger, string queue, string reason);

        [LoggerMessage(1404, LogLevel.Information, "Nothing more of {Queue} goes to the dead letters; {Count} messages or data points did in {Seconds} s.")]
        public static partial void NoneAnyMore(ILogger logger, string queue, long count, double seconds);
    }
}
