using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;

namespace InfluencerAnalytics.Pipeline.Roster;

/// <summary>Sends shards so that each is due when the grid says, or a little earlier when it has never been fetched. Safe for concurrent use.</summary>
internal sealed class ShardSender(IMessageQueues queues, TimeProvider timeProvider)
{
    /// <summary>
    /// A roster seeded for the first time need not wait for its due times: the present slot is still open. 2,000 ids a second are 12% on top
    /// of a million a minute.
    /// </summary>
    private const int FirstVisitIdsPerSecond = 2000;

    private readonly IMessageQueue _queue = queues.Get(QueueNames.InfluencerIdStore);

    /// <param name="shards">To be sent in one call.</param>
    /// <param name="idsAhead">For a first seeding, how many ids were sent before these; null for a roster that is being fetched already.</param>
    /// <param name="cancellationToken">Ends the wait; what was sent is sent.</param>
    public ValueTask SendAsync(IReadOnlyList<Shard> shards, long? idsAhead, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        var messages = new OutgoingMessage[shards.Count];
        for (var i = 0; i < messages.Length; i++)
        {
            var shard = shards[i];
            long delayMs;
            if (idsAhead is { } ahead)
            {
                delayMs = Math.Min(shard.Grid.NextDue(now, shard.PhaseMs) - now, ahead * 1000 / FirstVisitIdsPerSecond);
                idsAhead = ahead + shard.Ids.Count;
            }
            else
            {
                // The slot that is open now is still the old generation's, all of it; the new one begins with the next.
                delayMs = SlotGrid.DueAt(shard.Grid.SlotAt(now) + shard.Grid.IntervalMs, shard.PhaseMs) - now;
            }
            // A shard that comes early, since a queue's delay has a limit, is fetched for the slot that is open then.
            var delay = TimeSpan.FromMilliseconds(Math.Clamp(delayMs, 0, (long)_queue.MaxDelay.TotalMilliseconds));
            messages[i] = new OutgoingMessage(InfluencerIdMessageFormat.Write(shard), delay);
        }
        return _queue.SendAllAsync(messages, cancellationToken);
    }
}
