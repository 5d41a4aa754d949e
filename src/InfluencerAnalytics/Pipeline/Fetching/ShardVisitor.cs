using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>
/// One visit of a message of <see cref="QueueNames.InfluencerIdStore"/>: a shard is fetched for its slot, published and re-armed; a retry is
/// fetched, published and deleted. Safe for concurrent use.
/// </summary>
internal sealed class ShardVisitor(
    SlotFetch slotFetch,
    ProviderGate gate,
    FetchPublisher publisher,
    VisitLeases leases,
    RosterView roster,
    IMessageQueues queues,
    TimeProvider timeProvider)
{
    // What clocks of two fetchers may differ by, and what a visit may come early.
    private const long MaxClockCorrectionMs = 3000;

    private readonly long _granularityMs = (long)queues.Get(QueueNames.InfluencerIdStore).VisibilityGranularity.TotalMilliseconds;

    private long NowMs => timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Visits a shard. It is never deleted unless a sealed generation supersedes it.</summary>
    public async Task VisitShardAsync(Visit visit, Shard shard, CancellationToken cancellationToken)
    {
        var grid = shard.Grid;
        var phase = shard.PhaseMs;
        var slot = SlotFor(grid, phase);
        if (roster.IsSuperseded(shard, slot))
        {
            await leases.EndAsync(visit);
            await publisher.DeleteAsync(visit.Message, NowMs + grid.IntervalMs, cancellationToken);
            return;
        }
        var due = SlotGrid.DueAt(slot, phase);
        if (due > NowMs)
            await Task.Delay(TimeSpan.FromMilliseconds(due - NowMs), timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // The reason stands for what was never asked; it gives way to what the provider did.
        var nextDue = due + grid.IntervalMs;
        var work = new RetryRequest(slot, nextDue, 1, shard.Interval, MissReason.NotReached, DueIds(shard, shard.Ids, slot));
        var unasked = await slotFetch.RunAsync(work, cancellationToken);

        await leases.EndAsync(visit);
        // A stop in the middle of a visit: the shard comes back at once, to whoever is there, and what is read twice is stored once.
        // Never later than an interval from now: further off, the clock was set back meanwhile, and the next visit finds the grid again.
        var now = NowMs;
        var reappearAt = unasked.Count > 0 ? now : Math.Min(nextDue, now + grid.IntervalMs);
        await publisher.RearmAsync(visit.Message, reappearAt, CancellationToken.None);
    }

    /// <summary>Visits a retry. While the breaker is open it only waits; when its slot is over it is reported.</summary>
    public async Task VisitRetryAsync(Visit visit, RetryRequest retry, CancellationToken cancellationToken)
    {
        IReadOnlyList<long> unasked = [];
        var isOver = IsOver(retry);
        if (!isOver && gate.KeepsBack)
        {
            var wait = (long)SlotFetch.RetryMessageDelay(retry, TimeSpan.Zero).TotalMilliseconds;
            await leases.EndAsync(visit);
            await publisher.RearmAsync(visit.Message, Math.Min(NowMs + wait, retry.Until), CancellationToken.None);
            return;
        }
        if (!isOver)
            unasked = await slotFetch.RunAsync(retry with { Ids = DueIds(null, retry.Ids, retry.Slot) }, cancellationToken);
        else
            await ReportAsync(retry);

        await leases.EndAsync(visit);
        if (unasked.Count > 0)
            await publisher.RearmAsync(visit.Message, NowMs, CancellationToken.None);
        else
            await publisher.DeleteAsync(visit.Message, NowMs + (long)retry.Interval.TotalMilliseconds, CancellationToken.None);
    }

    // Work on a slot ends within an interval of its beginning. When more seems to be left, the clock was set back since, and a reading of
    // now does not belong to that slot.
    private bool IsOver(RetryRequest retry)
    {
        var left = retry.Until - NowMs;
        return left <= 0 || left > (long)retry.Interval.TotalMilliseconds + MaxClockCorrectionMs;
    }

    private async ValueTask ReportAsync(RetryRequest retry)
    {
        var missed = new List<Miss>(retry.Ids.Count);
        foreach (var id in retry.Ids)
            missed.Add(new Miss(id, retry.Reason));
        var giveUpAt = NowMs + (long)retry.Interval.TotalMilliseconds;
        await publisher.PublishAsync(new DataPointBatch(retry.Slot, retry.Interval, [], missed), giveUpAt, CancellationToken.None);
    }

    // A queue that counts in whole seconds brings a shard up to one early, which may be more than the grid's allowance.
    private long SlotFor(SlotGrid grid, long phase) => grid.SlotFor(NowMs + Math.Max(0, Math.Min(_granularityMs, grid.IntervalMs / 2) - grid.EarlyMs), phase);

    private IReadOnlyList<long> DueIds(Shard? shard, IReadOnlyList<long> ids, long slot)
    {
        List<long>? kept = null;
        for (var i = 0; i < ids.Count; i++)
        {
            if (roster.IsDue(shard, ids[i], slot))
                kept?.Add(ids[i]);
            else
                kept ??= [.. ids.Take(i)];
        }
        return kept ?? ids;
    }
}
