namespace InfluencerAnalytics.Queues.Spooling;

/// <summary>
/// The queue of data points as a fetcher sees it: what it does not take is kept on this disk, and carried there by <see cref="SpoolDrain"/> when it is back. Safe for
/// concurrent use.
/// </summary>
/// <param name="remote">The queue itself.</param>
/// <param name="spool">On this disk.</param>
internal sealed class SpooledPoints(IMessageQueue remote, IMessageQueue spool, QueueWatch watch, SpoolOptions options) : SpooledQueue(remote, watch)
{
    public override async ValueTask<IReadOnlyList<EntryFailure>> SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken)
    {
        if (!Watch.IsAway)
        {
            try
            {
                var failures = await Remote.SendAsync(messages, cancellationToken);
                Watch.Answered();
                if (failures.Count == 0)
                    return failures;
                messages = [.. failures.Select(failure => messages[failure.Index])];
            }
            catch (QueueUnavailableException exception)
            {
                Watch.Failed(exception);
            }
        }
        if ((await spool.GetDepthAsync(cancellationToken)).Bytes + messages.Sum(message => (long)message.Body.Length) > options.MaxBytes)
            throw new QueueUnavailableException($"The queue {Name} is away, and the spool on this disk is full ({options.MaxBytes} bytes, Spool:MaxBytes).");
        await spool.SendAllAsync(messages, cancellationToken);
        return [];
    }
}
