using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Host.Reporting;

/// <summary>
/// Reports on the pipeline, for the API and the live status. What is away is left null with the reason, so that the report comes when it is needed most.
/// Safe for concurrent use.
/// </summary>
internal sealed class PipelineReport(
    IStoreStatus store, IGenerationStore generations, IRosterStore roster, RecentSlots slots, IMessageQueues queues, PipelineStatistics statistics, NewerMessages newerMessages)
{
    private const double SecondsADay = 86_400;

    public async ValueTask<PipelineResponse> ReadAsync(CancellationToken cancellationToken)
    {
        var snapshot = statistics.Snapshot();
        var status = await store.GetStatusAsync(cancellationToken);
        var (reading, problem) = await TryReadRosterAsync(cancellationToken);
        var (depths, queueProblem) = await TryReadQueuesAsync(cancellationToken);
        return new PipelineResponse(
            reading?.Sealed?.Interval.TotalSeconds, reading?.Sealed?.Generation, reading?.Counts.Tracked, reading?.Counts.Gone, reading?.Slots,
            Respond(snapshot),
            depths, queueProblem,
            new IngestResponse(
                Math.Round(snapshot.StoredPerSecond, 1), snapshot.LagSeconds, snapshot.Stored, snapshot.Duplicates, snapshot.Expired, snapshot.DeadLettered)
            {
                Refused = snapshot.Refused,
            },
            Respond(status, problem, reading));
    }

    private async ValueTask<(RosterReading? Reading, string? Problem)> TryReadRosterAsync(CancellationToken cancellationToken)
    {
        try
        {
            var last = (await generations.ReadGenerationsAsync(cancellationToken)).Sealed;
            var counts = await roster.CountRosterAsync(cancellationToken);
            IReadOnlyList<SlotResponse> shown = last is null ? [] : await slots.ReadAsync(last, counts, cancellationToken);
            return (new RosterReading(last, counts, shown), null);
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
            var depths = new Dictionary<string, QueueResponse>();
            foreach (var name in QueueNames.All)
            {
                var depth = await queues.Get(name).GetDepthAsync(cancellationToken);
                depths[name] = new QueueResponse(
                    depth.Waiting, depth.InFlight, depth.Delayed, Math.Round(depth.OldestWaitingSeconds, 1), depth.Dead, depth.DroppedDead,
                    newerMessages.CountOf(name));
            }
            return (depths, null);
        }
        catch (QueueUnavailableException exception)
        {
            return (null, exception.Message);
        }
    }

    private static FetchResponse Respond(PipelineSnapshot snapshot)
    {
        var provider = snapshot.Provider;
        return new FetchResponse(
            Math.Round(snapshot.FetchesPerSecond, 1), snapshot.FetchesInFlight, provider?.ConcurrencyLimit ?? 0,
            provider?.RequestsPerSecond is { } rate ? Math.Round(rate, 1) : null, provider is null ? null : Math.Round(provider.TimeLimit.TotalSeconds, 2),
            provider?.KeepsBack ?? false, provider?.AwaySince is { } since ? Iso.Format(since.ToUnixTimeMilliseconds()) : null, provider?.AwayReason,
            snapshot.Fetched, snapshot.Dropped, MissReasons.ByName(snapshot.FailedAttempts))
        {
            ProviderRefuses = provider?.IsRefusing ?? false,
            PausedUntil = provider?.PausedUntil is { } until ? Iso.Format(until.ToUnixTimeMilliseconds()) : null,
        };
    }

    private static StoreResponse Respond(StoreStatus status, string? problem, RosterReading? reading)
    {
        var isReady = status.Ready && problem is null;
        var bytesPerDay = status.BytesPerPoint * PointsPerSecond(reading) * SecondsADay;
        return new StoreResponse(
            status.Kind, isReady ? "ready" : "away", status.Detail ?? (isReady ? null : problem), status.UsedBytes, status.FreeBytes, status.BytesPerPoint,
            bytesPerDay is { } bytes ? Math.Round(bytes) : null,
            bytesPerDay is > 0 and var daily && status.FreeBytes is { } free ? Math.Round(free / daily, 1) : null);
    }

    // Over the final slots shown, so that it holds for the whole deployment and not only for what this process stores.
    private static double? PointsPerSecond(RosterReading? reading)
    {
        if (reading?.Sealed is not { } generation)
            return null;
        var stored = 0L;
        var count = 0;
        foreach (var slot in reading.Slots)
        {
            if (!slot.Final)
                continue;
            stored += slot.Stored + slot.Others;
            count++;
        }
        return count == 0 ? null : stored / (count * generation.Interval.TotalSeconds);
    }

    private sealed record RosterReading(SealedGeneration? Sealed, RosterCounts Counts, IReadOnlyList<SlotResponse> Slots);
}
