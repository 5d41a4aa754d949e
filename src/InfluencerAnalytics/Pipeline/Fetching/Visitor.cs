using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Fetching.Control;
using InfluencerAnalytics.Pipeline.Holds;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>
/// Visits what a message of <see cref="QueueNames.InfluencerIdStore"/> carries: fetches it for its slot, publishes, and says what becomes of the message.
/// Safe for concurrent use.
/// </summary>
internal sealed class Visitor(SlotFetch slotFetch, ProviderGate gate, RosterView roster, IMessageQueues queues, PipelineMetrics metrics, TimeProvider timeProvider)
{
    private readonly long _granularityMs = (long)queues.Get(QueueNames.InfluencerIdStore).VisibilityGranularity.TotalMilliseconds;

    private long NowMs => timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Visits a shard. It is never deleted unless a sealed generation supersedes it.</summary>
    /// <param name="shard">Received just now.</param>
    /// <param name="sentAt">When its message was sent, in epoch milliseconds.</param>
    /// <param name="cancellationToken">Cancelled when the process stops.</param>
    public async Task<Settlement> VisitAsync(Shard shard, long sentAt, CancellationToken cancellationToken)
    {
        VisitSpan.IsOf(shard);
        var slot = SlotFor(shard.Grid, shard.PhaseMs);
        if (roster.IsSuperseded(shard, slot))
            return Settlement.Delete(giveUpAt: NowMs + shard.Grid.IntervalMs);
        var due = SlotGrid.DueAt(slot, shard.PhaseMs);
        var early = TimeSpan.FromMilliseconds(due - NowMs);
        // One that is sent in the middle of its slot, as those of a new roster are, has kept nobody waiting before.
        metrics.ShardCame(TimeSpan.FromMilliseconds(NowMs - Math.Max(due, sentAt)));
        if (early > TimeSpan.Zero)
            await Task.Delay(early, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        var work = SlotWork.Of(shard, slot, DueIds(shard, shard.Ids, slot));
        var unasked = await slotFetch.RunAsync(work, cancellationToken);
        // A stop in the middle of a visit: the shard comes back at once, to whoever is there, and what is read twice is stored once.
        // Never later than an interval from now: further off, the clock was set back meanwhile, and the next visit finds the grid again.
        var now = NowMs;
        return Settlement.Rearm(unasked.Count > 0 ? now : Math.Min(work.Until, now + shard.Grid.IntervalMs));
    }

    /// <summary>Visits those that failed before. While the breaker is open they only wait; when their slot is over they are reported.</summary>
    public async Task<Settlement> VisitAsync(InfluencerIdMessage.Retry retry, CancellationToken cancellationToken)
    {
        var work = SlotWork.Of(retry);
        if (work.IsOver(NowMs))
        {
            await slotFetch.ReportAsync(work);
        }
        else if (gate.KeepsBack)
        {
            var wait = (long)RetryRule.MessageDelay(work.Interval, TimeSpan.Zero).TotalMilliseconds;
            return Settlement.Rearm(Math.Min(NowMs + wait, work.Until));
        }
        else
        {
            var unasked = await slotFetch.RunAsync(work with { Ids = DueIds(null, work.Ids, work.Slot) }, cancellationToken);
            if (unasked.Count > 0)
                return Settlement.Rearm(NowMs);
        }
        return Settlement.Delete(giveUpAt: NowMs + work.Grid.IntervalMs);
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
