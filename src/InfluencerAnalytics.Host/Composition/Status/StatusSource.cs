using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Host.Composition.Status;

/// <summary>Reads the status of this process. A part that is away is shown as such and never throws. Safe for concurrent use.</summary>
internal sealed class StatusSource(
    IInfluencerStore store,
    IMessageQueues queues,
    PipelineStatistics statistics,
    WorkerHealth health,
    TimeProvider timeProvider)
{
    private const int SlotsShown = 8;

    /// <summary>A guess for the forecast until the store has measured its own, from the benchmarks: 8 to 10 bytes a reading.</summary>
    private const double AssumedBytesPerPoint = 10;

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    public async Task<StatusView> ReadAsync(CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var snapshot = statistics.Snapshot();
        var problems = new List<string>(health.Problems(Silence));
        RosterCounts? counts = null;
        IReadOnlyList<SlotLine> slots = [];
        TimeSpan? interval = null;
        try
        {
            interval = (await store.ReadGenerationsAsync(cancellationToken)).Sealed?.Interval;
            counts = await store.CountRosterAsync(cancellationToken);
            if (interval is { } known)
                slots = await ReadSlotsAsync(new SlotGrid(known), now.ToUnixTimeMilliseconds(), cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            problems.Add($"store: {exception.Message}");
        }
        var failures = snapshot.FailedAttempts.ToDictionary(pair => MissReasons.NameOf(pair.Key), pair => pair.Value);
        return new StatusView(
            now, interval, slots,
            new FetchLine(snapshot.FetchesPerSecond, snapshot.FetchesInFlight, snapshot.ConcurrencyLimit, snapshot.CircuitOpen, failures),
            new IngestLine(snapshot.StoredPerSecond, snapshot.LagSeconds),
            await ReadQueuesAsync(problems, cancellationToken),
            await ReadStoreAsync(counts?.Tracked, interval, cancellationToken),
            problems.Distinct().ToList())
        {
            Tracked = counts?.Tracked,
            Gone = counts?.Gone,
        };
    }

    private async Task<IReadOnlyList<SlotLine>> ReadSlotsAsync(SlotGrid grid, long nowMs, CancellationToken cancellationToken)
    {
        var current = grid.SlotAt(nowMs);
        var summaries = await store.ReadSlotsAsync(current - (SlotsShown - 1) * grid.IntervalMs, current, cancellationToken);
        return summaries
            .Select(slot => new SlotLine(
                DateTimeOffset.FromUnixTimeMilliseconds(slot.Slot), slot.Stored, slot.Tracked, slot.Coverage, grid.FinalAt(slot.Slot) <= nowMs))
            .ToList();
    }

    private async Task<IReadOnlyList<QueueLine>> ReadQueuesAsync(List<string> problems, CancellationToken cancellationToken)
    {
        var lines = new List<QueueLine>();
        foreach (var name in new[] { QueueNames.InfluencerIdStore, QueueNames.InfluencerDataPoints })
        {
            try
            {
                var depth = await queues.Get(name).GetDepthAsync(cancellationToken);
                lines.Add(new QueueLine(name, depth.Waiting, depth.InFlight + depth.Delayed, depth.OldestWaitingSeconds, depth.Dead));
            }
            catch (QueueUnavailableException exception)
            {
                problems.Add($"{name}: {exception.Message}");
            }
        }
        return lines;
    }

    private async Task<StoreLine> ReadStoreAsync(long? tracked, TimeSpan? interval, CancellationToken cancellationToken)
    {
        var status = await store.GetStatusAsync(cancellationToken);
        double? perDay = tracked is { } count && interval is { } known
            ? count * TimeSpan.FromDays(1).TotalSeconds / known.TotalSeconds * (status.BytesPerPoint ?? AssumedBytesPerPoint)
            : null;
        return new StoreLine(status.Kind, status.Ready ? "ready" : status.Detail ?? "not ready", status.UsedBytes, status.FreeBytes, perDay);
    }
}
