using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Host.Api.Operations;

/// <summary>
/// Reports on the pipeline, for the API and the live status. What is away is left null with the reason, so that the report comes when it is needed most.
/// Safe for concurrent use.
/// </summary>
internal sealed class PipelineReport(
    IStoreStatus store, IRosterStore roster, ISlotStore slots, IMessageQueues queues, IDeadLetters deadLetters, PipelineStatistics statistics,
    NewerMessages newerMessages, TimeProvider timeProvider)
{
    private const int SlotsShown = 10;
    private const double SecondsADay = 86_400;

    private static readonly long LookBackMs = (long)TimeSpan.FromDays(1).TotalMilliseconds;

    // Of the generation that was looked at last. Replaced as a whole; two reports that do so at once do no harm.
    private volatile FirstSlot? _firstSlot;

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
            var generations = await roster.ReadGenerationsAsync(cancellationToken);
            var counts = await roster.CountRosterAsync(cancellationToken);
            IReadOnlyList<SlotResponse> shown = generations.Sealed is null ? [] : await ReadSlotsAsync(generations.Sealed, counts, cancellationToken);
            return (new RosterReading(generations.Sealed, counts, shown), null);
        }
        catch (StoreUnavailableException exception)
        {
            return (null, exception.Message);
        }
    }

    private async ValueTask<IReadOnlyList<SlotResponse>> ReadSlotsAsync(SealedGeneration generation, RosterCounts counts, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        var grid = new SlotGrid(generation.Interval);
        var last = grid.SlotAt(now);
        var first = last - (SlotsShown - 1) * grid.IntervalMs;
        // Once a first slot is known that is older than what is shown, the day before need not be read again.
        var known = _firstSlot is { } found && found.Generation == generation.Generation ? found.Slot : long.MaxValue;
        var records = await slots.ReadSlotsAsync(known <= first ? first : now - LookBackMs, last, cancellationToken);
        var start = Math.Min(known, FirstOf(generation, grid, records));
        _firstSlot = new FirstSlot(generation.Generation, start);

        var shown = new List<SlotResponse>(SlotsShown);
        var next = 0;
        for (var slot = first; slot <= last; slot += grid.IntervalMs)
        {
            while (next < records.Count && records[next].Slot < slot)
                next++;
            if (next < records.Count && records[next].Slot == slot)
                shown.Add(Respond(records[next], IsFinal(slot, grid, now)));
            else if (slot >= start)
                shown.Add(Respond(Unnoted(slot, grid, next > 0 ? records[next - 1] : null, counts), IsFinal(slot, grid, now)));
        }
        return shown;
    }

    // The first slot of the present interval: a later one without a record is a gap, an earlier one was before the deployment or never was, the interval
    // being another one. A seeding counts from the first slot that begins after it; when it changed no interval, records of this one go back further.
    private static long FirstOf(SealedGeneration generation, SlotGrid grid, IReadOnlyList<SlotSummary> records)
    {
        var start = grid.SlotAt(generation.SealedAt) + grid.IntervalMs;
        for (var i = records.Count - 1; i >= 0 && records[i].Interval == generation.Interval; i--)
            start = Math.Min(start, records[i].Slot);
        return start;
    }

    // For the moment until the slot keeper has noted it. Who was tracked in the slot before is nearer to the truth than who is now.
    private static SlotSummary Unnoted(long slot, SlotGrid grid, SlotSummary? before, RosterCounts counts) =>
        new(slot, grid.Interval, before?.Tracked ?? counts.Tracked, 0, 0, 0, new Dictionary<MissReason, long>()) { Gone = before?.Gone ?? counts.Gone };

    // What was reported in the last moment takes a little longer to be stored. Shown as final before, it would change afterwards.
    private static bool IsFinal(long slot, SlotGrid grid, long now) => now >= grid.FinalAt(slot) + grid.EarlyMs;

    private static SlotResponse Respond(SlotSummary record, bool isFinal)
    {
        var missed = ByName(record.Missed);
        // Until it is final, those of whom nothing came are simply still to come.
        if (isFinal && record.Unreported > 0)
            missed[SlotSummary.UnreportedName] = record.Unreported;
        return new SlotResponse(Iso.Format(record.Slot), record.Covered, record.Tracked, record.Coverage, isFinal, missed)
        {
            Others = record.Others,
            Gone = record.Gone,
        };
    }

    private async ValueTask<(IReadOnlyDictionary<string, QueueResponse>? Depths, string? Problem)> TryReadQueuesAsync(CancellationToken cancellationToken)
    {
        try
        {
            var depths = new Dictionary<string, QueueResponse>();
            foreach (var name in QueueNames.All)
            {
                var depth = await queues.Get(name).GetDepthAsync(cancellationToken);
                var dead = await TryCountDeadAsync(name, cancellationToken);
                depths[name] = new QueueResponse(
                    depth.Waiting, depth.InFlight, depth.Delayed, depth.OldestWaitingSeconds is { } seconds ? Math.Round(seconds, 1) : null, dead?.Kept, dead?.Dropped,
                    newerMessages.CountOf(name));
            }
            return (depths, null);
        }
        catch (QueueUnavailableException exception)
        {
            return (null, exception.Message);
        }
    }

    // What keeps the letters may be away while the queues are not.
    private async ValueTask<DeadLetterCount?> TryCountDeadAsync(string queue, CancellationToken cancellationToken)
    {
        try
        {
            return await deadLetters.CountAsync(queue, cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    private static FetchResponse Respond(PipelineSnapshot snapshot)
    {
        var provider = snapshot.Provider;
        return new FetchResponse(
            Math.Round(snapshot.FetchesPerSecond, 1), snapshot.FetchesInFlight, provider?.ConcurrencyLimit ?? 0,
            provider?.RequestsPerSecond is { } rate ? Math.Round(rate, 1) : null, provider is null ? null : Math.Round(provider.TimeLimit.TotalSeconds, 2),
            provider?.KeepsBack ?? false, provider?.AwaySince is { } since ? Iso.Format(since.ToUnixTimeMilliseconds()) : null, provider?.AwayReason,
            snapshot.Fetched, snapshot.Dropped, ByName(snapshot.FailedAttempts))
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

    private static Dictionary<string, long> ByName(IReadOnlyDictionary<MissReason, long> reasons)
    {
        var named = new Dictionary<string, long>(reasons.Count);
        foreach (var (reason, count) in reasons)
            named[MissReasons.NameOf(reason)] = count;
        return named;
    }

    private sealed record FirstSlot(long Generation, long Slot);

    private sealed record RosterReading(SealedGeneration? Sealed, RosterCounts Counts, IReadOnlyList<SlotResponse> Slots);
}
