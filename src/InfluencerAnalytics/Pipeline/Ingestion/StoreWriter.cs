using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Pipeline.Ingestion;

/// <summary>
/// Writes messages into the store, all in one write. One that the store can never take is found by halves, first among the messages and then within
/// its message, so that the good ones around it are stored. Everything else that the store throws goes to the caller: it may pass.
/// </summary>
/// <param name="store">Where to.</param>
/// <param name="onStored">Called after each write that was committed.</param>
internal sealed class StoreWriter(IDataPointStore store, Action<AppendResult, IReadOnlyList<DataPointBatch>> onStored)
{
    /// <summary>When it throws, some of the messages may be settled and the others are as they were.</summary>
    public async ValueTask WriteAsync(IReadOnlyList<IncomingMessage> messages)
    {
        var batches = new List<DataPointBatch>(messages.Count);
        foreach (var message in messages)
            batches.Add(message.Batch);
        if (await TryAppendAsync(batches) is not { } refusal)
        {
            foreach (var message in messages)
                message.IsStored = message.IsDecided = true;
            return;
        }
        if (messages.Count == 1)
        {
            await WritePartsAsync(messages[0], messages[0].Batch, refusal);
            messages[0].IsDecided = true;
            return;
        }
        var half = messages.Count / 2;
        await WriteAsync([.. messages.Take(half)]);
        await WriteAsync([.. messages.Skip(half)]);
    }

    /// <param name="message">Whose part it is.</param>
    /// <param name="batch">Was refused.</param>
    /// <param name="refusal">Why.</param>
    private async ValueTask WritePartsAsync(IncomingMessage message, DataPointBatch batch, string refusal)
    {
        if (Halves(batch) is not { } halves)
        {
            message.Refused.Add((batch, refusal));
            return;
        }
        await WritePartAsync(message, halves.First);
        await WritePartAsync(message, halves.Second);
    }

    private async ValueTask WritePartAsync(IncomingMessage message, DataPointBatch part)
    {
        if (await TryAppendAsync([part]) is { } refusal)
            await WritePartsAsync(message, part, refusal);
        else
            message.IsStored = true;
    }

    /// <summary>Why it was refused, or null when it was stored.</summary>
    private async ValueTask<string?> TryAppendAsync(IReadOnlyList<DataPointBatch> batches)
    {
        try
        {
            onStored(await store.AppendAsync(batches, CancellationToken.None), batches);
            return null;
        }
        catch (StoreRefusedException exception)
        {
            return exception.Message;
        }
    }

    private static (DataPointBatch First, DataPointBatch Second)? Halves(DataPointBatch batch)
    {
        var (points, missed) = (batch.Points, batch.Missed);
        if (points.Count > 0 && missed.Count > 0)
            return (batch with { Missed = [] }, batch with { Points = [] });
        if (points.Count > 1)
            return (batch with { Points = [.. points.Take(points.Count / 2)] }, batch with { Points = [.. points.Skip(points.Count / 2)] });
        return missed.Count > 1
            ? (batch with { Missed = [.. missed.Take(missed.Count / 2)] }, batch with { Missed = [.. missed.Skip(missed.Count / 2)] })
            : null;
    }
}
