using InfluencerAnalytics.Pipeline.Holds;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>Gives each message of the shard queue to whom it is for: a visit, the roster, the dead letters, or a newer program. For one caller.</summary>
internal sealed class MessageSorter(
    Visits visits, Visitor visitor, MessageSettler settler, RosterAdditions additions, NewerMessages newerMessages, ILogger<MessageSorter> logger)
{
    /// <summary>Logs when a newer program has taken what is its own. To be called now and then.</summary>
    public void Check() => newerMessages.Check(QueueNames.InfluencerIdStore, logger);

    /// <param name="messages">Received just now.</param>
    /// <param name="heldFor">How long each was hidden for.</param>
    /// <param name="cancellationToken">Ends the wait; what cannot be read then comes again.</param>
    public async ValueTask SortAsync(IReadOnlyList<ReceivedMessage> messages, TimeSpan heldFor, CancellationToken cancellationToken)
    {
        var broken = new List<(ReceivedMessage Message, string Reason)>();
        foreach (var message in messages)
            Take(message, heldFor, broken);
        // Behind the others, which must not wait for their holds when this fails.
        foreach (var (message, reason) in broken)
            await settler.BuryAsync(message, reason, cancellationToken);
    }

    private void Take(ReceivedMessage message, TimeSpan heldFor, List<(ReceivedMessage Message, string Reason)> broken)
    {
        switch (InfluencerIdMessageFormat.Read(message.Body))
        {
            case InfluencerIdMessage.WholeShard { Shard: var shard }:
                visits.Begin(message, shard.Ids.Count, heldFor, cancellationToken => visitor.VisitAsync(shard, message.SentAt, cancellationToken));
                break;
            case InfluencerIdMessage.Retry retry:
                visits.Begin(message, retry.Ids.Count, heldFor, cancellationToken => visitor.VisitAsync(retry, cancellationToken));
                break;
            case InfluencerIdMessage.AddInfluencer addition:
                additions.Take(message, addition.InfluencerId);
                break;
            case InfluencerIdMessage.OfNewerVersion newer:
                // Not re-armed either: a newer fetcher should have it within the slot.
                newerMessages.Note(QueueNames.InfluencerIdStore, message, newer.Version, heldFor, logger);
                break;
            case InfluencerIdMessage.Unreadable unreadable:
                broken.Add((message, unreadable.Reason));
                break;
        }
    }
}
