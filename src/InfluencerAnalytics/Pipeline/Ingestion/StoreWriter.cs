using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Ingestion;

/// <summary>
/// Writes messages into the store, all in one write. One that the store can never take is found by halves, first among the messages and then within
/// its message, so that the good ones around it are stored. Everything else that the store throws goes to the caller: it may pass. For one caller.
/// </summary>
internal sealed partial class StoreWriter(IDataPointStore store, PipelineMetrics metrics, TimeProvider timeProvider, ILogger<StoreWriter> logger)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Episode _expired = new(timeProvider);

    /// <summary>Logs when nothing was too old for a while. To be called now and then.</summary>
    public void Check()
    {
        if (_expired.Over(Quiet) is { } past)
            Log.NoneExpiredAnyMore(logger, past.Times, past.Seconds);
    }

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
            Count(await store.AppendAsync(batches, CancellationToken.None), batches);
            return null;
        }
        catch (StoreRefusedException exception)
        {
            return exception.Message;
        }
    }

    private void Count(AppendResult result, IReadOnlyList<DataPointBatch> batches)
    {
        metrics.StoredPoints(result);
        var now = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var batch in batches)
        {
            if (batch.Points.Count > 0)
                metrics.Lagged(Math.Max(0, now - OldestOf(batch.Points)) / 1000.0);
        }
        if (result.Expired > 0 && _expired.Happened("", result.Expired))
            Log.PointsExpired(logger);
    }

    // Not one that happens to stand at an end: they are asked for in a scattered order.
    private static long OldestOf(IReadOnlyList<DataPoint> points)
    {
        var oldest = long.MaxValue;
        for (var i = 0; i < points.Count; i++)
            oldest = Math.Min(oldest, points[i].RetrievedAt);
        return oldest;
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

    private static partial class Log
    {
        [LoggerMessage(1402, LogLevel.Warning, "Data points come that are older than the retention; they are counted and dropped.")]
        public static partial void PointsExpired(ILogger logger);

        [LoggerMessage(1403, LogLevel.Information, "No data points older than the retention come any more; {Count} were dropped in {Seconds} s.")]
        public static partial void NoneExpiredAnyMore(ILogger logger, long count, double seconds);
    }
}
