namespace InfluencerAnalytics.Queues.Spooling;

/// <summary>
/// The queue of data points as a fetcher sees it: what it does not take is kept on this disk, and carried there by <see cref="SpoolDrain"/> when it is back. Safe for
/// concurrent use.
/// </summary>
/// <param name="remote">The queue itself.</param>
/// <param name="spool">On this disk.</param>
internal sealed class SpooledPoints(IMessageQueue remote, IMessageQueue spool, QueueWatch watch, SpoolOptions options) : IMessageQueue
{
    public string Name => remote.Name;

    public TimeSpan VisibilityGranularity => remote.VisibilityGranularity;

    public TimeSpan BatchDelay => remote.BatchDelay;

    public TimeSpan MaxDelay => remote.MaxDelay;

    public async ValueTask<IReadOnlyList<EntryFailure>> SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken)
    {
        if (!watch.IsAway)
        {
            try
            {
                var failures = await remote.SendAsync(messages, cancellationToken);
                watch.Answered();
                if (failures.Count == 0)
                    return failures;
                messages = [.. failures.Select(failure => messages[failure.Index])];
            }
            catch (QueueUnavailableException exception)
            {
                watch.Failed(exception);
            }
        }
        if ((await spool.GetDepthAsync(cancellationToken)).Bytes + messages.Sum(message => (long)message.Body.Length) > options.MaxBytes)
            throw new QueueUnavailableException($"The queue {Name} is away, and the spool on this disk is full ({options.MaxBytes} bytes, Spool:MaxBytes).");
        await spool.SendAllAsync(messages, cancellationToken);
        return [];
    }

    public ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken) =>
        remote.ReceiveAsync(maxMessages, visibility, wait, cancellationToken);

    public ValueTask<IReadOnlyList<EntryFailure>> ChangeVisibilityAsync(IReadOnlyList<VisibilityChange> changes, CancellationToken cancellationToken) =>
        remote.ChangeVisibilityAsync(changes, cancellationToken);

    public ValueTask<IReadOnlyList<EntryFailure>> DeleteAsync(IReadOnlyList<ReceivedMessage> messages, CancellationToken cancellationToken) =>
        remote.DeleteAsync(messages, cancellationToken);

    public ValueTask<QueueDepth> GetDepthAsync(CancellationToken cancellationToken)
    {
        watch.ThrowIfAway();
        return remote.GetDepthAsync(cancellationToken);
    }
}
