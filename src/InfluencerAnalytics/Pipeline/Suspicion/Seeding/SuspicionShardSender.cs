using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;

namespace InfluencerAnalytics.Pipeline.Suspicion.Seeding;

/// <summary>
/// Sends shards of the checks so that each comes when it is due, or earlier, spread over some time: whoever was not judged in this period should not wait for the next one, and who
/// was is skipped. Safe for concurrent use.
/// </summary>
internal sealed class SuspicionShardSender(IMessageQueues queues, TimeProvider timeProvider)
{
    /// <summary>How fast a new generation is looked through: not twice of what a million a day need, so that a roster that was never judged is spread over most of a day.</summary>
    private const int FirstVisitIdsPerSecond = 20;

    private readonly IMessageQueue _queue = queues.Get(QueueNames.SuspicionChecks);

    /// <param name="shards">To be sent in one call.</param>
    /// <param name="idsAhead">How many ids were sent before these.</param>
    /// <param name="cancellationToken">Ends the wait; what was sent is sent.</param>
    public ValueTask SendAsync(IReadOnlyList<SuspicionShard> shards, long idsAhead, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        var messages = new OutgoingMessage[shards.Count];
        for (var i = 0; i < messages.Length; i++)
        {
            var shard = shards[i];
            var untilDue = shard.DueAt(now) + shard.PeriodMs - now;
            var delay = TimeSpan.FromMilliseconds(Math.Clamp(idsAhead * 1000 / FirstVisitIdsPerSecond, 0, untilDue));
            messages[i] = new OutgoingMessage(SuspicionMessageFormat.Write(shard), delay < _queue.MaxDelay ? delay : _queue.MaxDelay);
            idsAhead += shard.Ids.Count;
        }
        return _queue.SendAllAsync(messages, cancellationToken);
    }
}
