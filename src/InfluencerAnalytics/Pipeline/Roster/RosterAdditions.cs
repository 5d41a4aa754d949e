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
    // Those that do not fit come again when their holds end.
    private const int MaxWaiting = 1000;

    // One that cannot be added must not hold back thousands.
    private const int MaxAtOnce = 100;

    private readonly IMessageQueue _queue = queues.Get(QueueNames.InfluencerIdStore);
    private readonly Channel<(ReceivedMessage Message, long Id)> _waiting = Channel.CreateBounded<(ReceivedMessage, long)>(MaxWaiting);
    private readonly List<(ReceivedMessage Message, long Id)> _inHand = [];

    /// <summary>Takes one to add soon.</summary>
    public void Take(ReceivedMessage message, long influencerId) => _waiting.Writer.TryWrite((message, influencerId));

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        while (_inHand.Count < MaxAtOnce && _waiting.Reader.TryRead(out var addition))
            _inHand.Add(addition);
        if (_inHand.Count == 0)
            return WorkResult.Idle;
        // Kept in hand until it succeeds: a round without them would say that all is well.
        await roster.TrackAsync(_inHand.ConvertAll(addition => addition.Id), stopping);
        await _queue.DeleteAllAsync(_inHand.ConvertAll(addition => addition.Message), stopping);
        _inHand.Clear();
        return WorkResult.Worked;
    }
}
