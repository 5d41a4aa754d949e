using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
using InfluencerAnalytics.Stores;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Ingestion;

/// <summary>Reads what came in the data-point queue: what can be stored, what never can, and what a newer program has to take. For one caller.</summary>
internal sealed class IncomingReader(
    DeploymentInterval deployment, NewerMessages newerMessages, IngestionOptions options, TimeProvider timeProvider, ILogger<IncomingReader> logger)
{
    // A slot that begins later than this cannot be right: a fetcher may be at most 1 s early, clocks may differ a little.
    private static readonly long MaxFutureMs = (long)SlotGrid.MaxClockDifference.TotalMilliseconds;

    private TimeSpan _interval;
    private long _latestNow;

    /// <summary>
    /// Learns the interval, before anything is received, since the store may be away. Only single readings from outside need it, so it may lag behind a change.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It has to be asked for, and the store is away.</exception>
    public async ValueTask PrepareAsync(CancellationToken cancellationToken) =>
        _interval = await deployment.ReadAsync(cancellationToken);

    /// <summary>Logs when a newer program has taken what is its own. To be called now and then.</summary>
    public void Check() => newerMessages.Check(QueueNames.InfluencerDataPoints, logger);

    /// <summary>Those that can be stored. Messages of a newer version are left where they are, hidden for a while.</summary>
    /// <param name="messages">Received just now.</param>
    /// <param name="unreadable">Gets those that can never be stored, and why.</param>
    public List<IncomingMessage> Read(IReadOnlyList<ReceivedMessage> messages, List<(ReceivedMessage Message, string Problem)> unreadable)
    {
        var incoming = new List<IncomingMessage>(messages.Count);
        foreach (var message in messages)
        {
            var read = DataPointMessageReader.Read(message.Body, _interval);
            if (read.NewerVersion > 0)
                newerMessages.Note(QueueNames.InfluencerDataPoints, message, read.NewerVersion, options.Lease, logger);
            else if ((read.Problem ?? Future(read.Batch!)) is { } problem)
                unreadable.Add((message, problem));
            else
                incoming.Add(new IncomingMessage(message, read.Batch!, read.Rejected));
        }
        return incoming;
    }

    // By the latest time that this process has seen: what was read before the clock was set back is not lost for it.
    private string? Future(DataPointBatch batch)
    {
        _latestNow = Math.Max(_latestNow, timeProvider.GetUtcNow().ToUnixTimeMilliseconds());
        return batch.Slot > _latestNow + MaxFutureMs
            ? $"Slot {UtcText.Of(batch.Slot)} begins in the future: a clock is wrong where it was fetched, or here."
            : null;
    }
}
