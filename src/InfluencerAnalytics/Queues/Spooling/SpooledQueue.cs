namespace InfluencerAnalytics.Queues.Spooling;

/// <summary>A queue on another machine as a fetcher sees it: what is not said otherwise is passed on to it. Safe for concurrent use.</summary>
/// <param name="remote">The queue itself.</param>
/// <param name="watch">Of that queue.</param>
internal abstract class SpooledQueue(IMessageQueue remote, QueueWatch watch) : IMessageQueue
{
    public string Name => remote.Name;

    public TimeSpan VisibilityGranularity => remote.VisibilityGranularity;

    public TimeSpan BatchDelay => remote.BatchDelay;

    public TimeSpan DepthKeeps => remote.DepthKeeps;

    public TimeSpan MaxDelay => remote.MaxDelay;

    protected IMessageQueue Remote => remote;

    protected QueueWatch Watch => watch;

    public abstract ValueTask<IReadOnlyList<EntryFailure>> SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken);

    public virtual ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken) =>
        remote.ReceiveAsync(maxMessages, visibility, wait, cancellationToken);

    public virtual ValueTask<IReadOnlyList<EntryFailure>> ChangeVisibilityAsync(IReadOnlyList<VisibilityChange> changes, CancellationToken cancellationToken) =>
        remote.ChangeVisibilityAsync(changes, cancellationToken);

    public virtual ValueTask<IReadOnlyList<EntryFailure>> DeleteAsync(IReadOnlyList<ReceivedMessage> messages, CancellationToken cancellationToken) =>
        remote.DeleteAsync(messages, cancellationToken);

    public ValueTask<QueueDepth> GetDepthAsync(CancellationToken cancellationToken)
    {
        watch.ThrowIfAway();
        return remote.GetDepthAsync(cancellationToken);
    }
}
