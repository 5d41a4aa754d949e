using System.Threading.Channels;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Roster;

/// <summary>
/// Adds the influencers that others sent to the shard queue. A worker of its own, so that a fetcher never needs the store in order to fetch: a message stays in
/// the queue until the store has its influencer, and comes again meanwhile. Safe for concurrent use.
/// </summary>
internal sealed class RosterAdditions(
    IMessageQueues queues,
    IRosterService roster,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<RosterAdditions> logger) : Worker("roster additions", health, timeProvider, logger)
{
    // Those that do not fit come again when their leases end.
    private const int MaxWaiting = 1000;

    private readonly IMessageQueue _queue = queues.Get(QueueNames.InfluencerIdStore);
    private readonly Channel<(ReceivedMessage Message, long Id)> _waiting = Channel.CreateBounded<(ReceivedMessage, long)>(MaxWaiting);

    /// <summary>Takes one to add soon.</summary>
    public void Take(ReceivedMessage message, long influencerId) => _waiting.Writer.TryWrite((message, influencerId));

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        var messages = new List<ReceivedMessage>();
        var ids = new List<long>();
        while (_waiting.Reader.TryRead(out var addition))
        {
            messages.Add(addition.Message);
            ids.Add(addition.Id);
        }
        if (ids.Count == 0)
            return WorkResult.Idle;
        await roster.TrackAsync(ids, stopping);
        await _queue.DeleteAsync(messages, stopping);
        return WorkResult.Worked;
    }
}
