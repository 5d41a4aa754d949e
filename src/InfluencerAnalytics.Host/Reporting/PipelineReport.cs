using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Host.Reporting;

/// <summary>
/// Reports on the pipeline, for the API and the live status, from the figures that the instruments of this process have, read anew. What is away is left null with the reason, so that
/// the report comes when it is needed most. Safe for concurrent use.
/// </summary>
internal sealed class PipelineReport(StoreMetrics store, SlotMetrics slots, QueueMetrics queues, PipelineMetrics metrics, NewerMessages newerMessages)
{
    private const double SecondsADay = 86_400;

    public async ValueTask<PipelineResponse> ReadAsync(CancellationToken cancellationToken)
    {
        var snapshot = metrics.Snapshot();
        var status = await store.ReadAsync(cancellationToken);
        var (recent, problem) = await TryReadSlotsAsync(cancellationToken);
        if (problem is not null)
            status = store.Note(status, problem);
        var (depths, queueProblem) = await TryReadQueuesAsync(cancellationToken);
        return new PipelineResponse(
            recent?.Sealed?.Interval.TotalSeconds, recent?.Sealed?.Generation, recent?.Counts.Tracked, recent?.Counts.Gone, recent?.Slots.Select(Respond).ToList(),
            Respond(snapshot),
            depths, queueProblem,
            new IngestResponse(
                Math.Round(snapshot.StoredPerSecond, 1), snapshot.LagSeconds, snapshot.Stored, snapshot.Duplicates, snapshot.Expired, snapshot.DeadLettered)
            {
                Refused = snapshot.Refused,
            },
            Respond(status, recent));
    }

    private async ValueTask<(RecentSlots? Recent, string? Problem)> TryReadSlotsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await slots.ReadAsync(cancellationToken), null);
        }
        catch (StoreUnavailableException exception)
        {
            return (null, exception.Message);
        }
    }

    private async ValueTask<(IReadOnlyDictionary<string, QueueResponse>? Depths, string? Problem)> TryReadQueuesAsync(CancellationToken cancellationToken)
    {
        try
        {
            var depths = await queues.ReadAsync(cancellationToken);
            return (depths.ToDictionary(pair => pair.Key, pair => Respond(pair.Value, newerMessages.CountOf(pair.Key))), null);
        }
        catch (QueueUnavailableException exception)
        {
            return (null, exception.Message);
        }
    }

    private static SlotResponse Respond(RecentSlot slot) => new(
        UtcText.Of(slot.Summary.Slot), slot.Summary.Covered, slot.Summary.Tracked, slot.Summary.Coverage, slot.IsFinal, slot.Missed)
    {
        Others = slot.Summary.Others,
        Gone = slot.Summary.Gone,
    };

    private static QueueResponse Respond(QueueReading reading, int newerVersion) => new(
        reading.Depth.Waiting, reading.Depth.InFlight, reading.Depth.Delayed, reading.Depth.OldestWaitingSeconds is { } seconds ? Math.Round(seconds, 1) : null,
        reading.Dead?.Kept, reading.Dead?.Dropped, newerVersion);

    private static FetchResponse Respond(PipelineSnapshot snapshot)
    {
        var provider = snapshot.Provider;
        return new FetchResponse(
            Math.Round(snapshot.FetchesPerSecond, 1), snapshot.FetchesInFlight, provider?.ConcurrencyLimit ?? 0,
            provider?.RequestsPerSecond is { } rate ? Math.Round(rate, 1) : null, provider is null ? null : Math.Round(provider.TimeLimit.TotalSeconds, 2),
            provider?.KeepsBack ?? false, provider?.AwaySince is { } since ? UtcText.Of(since) : null, provider?.AwayReason,
            snapshot.Fetched, snapshot.Dropped, MissReasons.ByName(snapshot.FailedAttempts))
        {
            ProviderRefuses = provider?.IsRefusing ?? false,
            PausedUntil = provider?.PausedUntil is { } until ? UtcText.Of(until) : null,
        };
    }

    private static StoreResponse Respond(StoreStatus status, RecentSlots? recent)
    {
        var bytesPerDay = status.BytesPerPoint * PointsPerSecond(recent) * SecondsADay;
        return new StoreResponse(
            status.Kind, status.Ready ? "ready" : "away", status.Detail, status.UsedBytes, status.FreeBytes, status.BytesPerPoint,
            bytesPerDay is { } bytes ? Math.Round(bytes) : null,
            bytesPerDay is > 0 and var daily && status.FreeBytes is { } free ? Math.Round(free / daily, 1) : null)
        {
            Points = status.Points,
        };
    }

    // Over the final slots shown, so that it holds for the whole deployment and not only for what this process stores.
    private static double? PointsPerSecond(RecentSlots? recent)
    {
        if (recent?.Sealed is not { } generation)
            return null;
        var stored = 0L;
        var count = 0;
        foreach (var slot in recent.Slots)
        {
            if (!slot.IsFinal)
                continue;
            stored += slot.Summary.Stored;
            count++;
        }
        return count == 0 ? null : stored / (count * generation.Interval.TotalSeconds);
    }

    private static Dictionary<string, long> ByName(IReadOnlyDictionary<MissReason, long> reasons) =>
        reasons.ToDictionary(pair => MissReasons.NameOf(pair.Key), pair => pair.Value);
}
