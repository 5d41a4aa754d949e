using InfluencerAnalytics.Queues.Messages;

namespace InfluencerAnalytics.Queues.Spooling;

/// <summary>
/// The queue of shards as a fetcher sees it. While it is away, the shards that this process re-armed come due from its own memory, and retries go through its own disk. Two
/// fetchers may then visit the same shard; the store keeps one data point of each. Safe for concurrent use.
/// </summary>
/// <param name="remote">The queue itself.</param>
/// <param name="spool">On this disk, for retries.</param>
internal sealed class SpooledShards(IMessageQueue remote, IMessageQueue spool, RememberedShards remembered, QueueWatch watch, TimeProvider timeProvider) : SpooledQueue(remote, watch)
{
    /// <summary>For so long an outage is a call or two that failed: the shards come back by themselves.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private const string FromMemory = "memory/";
    private const string FromSpool = "spool/";

    // A queue that answers a probe and fails receives, each of which may hang, must not keep the shards waiting that are here.
    private static readonly TimeSpan ReceivesAgainAfter = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private long? _failsSince;
    private long _failedAt;

    // A shard from memory is not waited for: it is there when it is due.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    public override async ValueTask<IReadOnlyList<EntryFailure>> SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken)
    {
        if (!Watch.IsAway)
        {
            try
            {
                return await Remote.SendAsync(messages, cancellationToken);
            }
            catch (QueueUnavailableException exception) when (AreRetries(messages))
            {
                Watch.Failed(exception);
            }
        }
        // Retries are this process's own affair. A shard is the roster's: whoever sends one must know that it is not sent.
        return AreRetries(messages) ? await spool.SendAsync(messages, cancellationToken) : await Remote.SendAsync(messages, cancellationToken);
    }

    public override async ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken)
    {
        var retries = await spool.ReceiveAsync(maxMessages, visibility, TimeSpan.Zero, cancellationToken);
        if (retries.Count > 0)
            return [.. retries.Select(message => message with { Receipt = FromSpool + message.Receipt })];
        if (!Watch.IsAway && MayReceive())
        {
            try
            {
                var messages = await Remote.ReceiveAsync(maxMessages, visibility, wait, cancellationToken);
                Watch.Answered();
                Received();
                remembered.QueueAnswered(hasMore: messages.Count == maxMessages);
                return messages;
            }
            catch (QueueUnavailableException exception)
            {
                Watch.Failed(exception);
                Failed();
            }
        }
        remembered.QueueFailed();
        if (FailsFor() >= Patience && remembered.TakeDue(maxMessages, visibility) is { Count: > 0 } due)
            return [.. due.Select(shard => new ReceivedMessage(shard.MessageId, FromMemory + shard.MessageId, shard.Body, 1, shard.Due))];
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait < LookAgain ? wait : LookAgain, timeProvider, cancellationToken);
        return [];
    }

    public override async ValueTask<IReadOnlyList<EntryFailure>> ChangeVisibilityAsync(IReadOnlyList<VisibilityChange> changes, CancellationToken cancellationToken)
    {
        var failures = new List<EntryFailure>();
        await ChangeSpooledAsync(changes, failures, cancellationToken);
        foreach (var change in changes.Where(change => IsFrom(FromMemory, change.Message)))
        {
            if (change.RenewsHold)
                remembered.Hold(change.Message.Id, change.Visibility);
            else
                remembered.Remember(change.Message.Id, change.Message.Body, change.Visibility);
        }

        var (own, places) = Of(changes, change => !IsFrom(FromMemory, change.Message) && !IsFrom(FromSpool, change.Message));
        if (own.Count == 0)
            return failures;
        var stale = await TryChangeAsync(own, cancellationToken);
        for (var i = 0; i < own.Count; i++)
        {
            if (stale.TryGetValue(i, out var failure))
                failures.Add(failure with { Index = places[i] });
            if (failure.IsStale)
                remembered.Forget(own[i].Message.Id);
            else if (!own[i].RenewsHold && IsShard(own[i].Message.Body))
                remembered.Remember(own[i].Message.Id, own[i].Message.Body, own[i].Visibility);
        }
        return failures;
    }

    public override async ValueTask<IReadOnlyList<EntryFailure>> DeleteAsync(IReadOnlyList<ReceivedMessage> messages, CancellationToken cancellationToken)
    {
        foreach (var message in messages)
            remembered.Forget(message.Id);
        var failures = new List<EntryFailure>();
        var (retries, retryPlaces) = Of(messages, message => IsFrom(FromSpool, message));
        if (retries.Count > 0)
            failures.AddRange(At(retryPlaces, await spool.DeleteAsync(retries.ConvertAll(AtSpool), cancellationToken)));
        var (own, places) = Of(messages, message => !IsFrom(FromMemory, message) && !IsFrom(FromSpool, message));
        if (own.Count > 0)
            failures.AddRange(At(places, await Remote.DeleteAsync(own, cancellationToken)));
        return failures;
    }

    private bool MayReceive()
    {
        lock (_lock)
            return _failsSince is null || timeProvider.GetElapsedTime(_failedAt) >= ReceivesAgainAfter;
    }

    private void Received()
    {
        lock (_lock)
            _failsSince = null;
    }

    private void Failed()
    {
        lock (_lock)
        {
            _failedAt = timeProvider.GetTimestamp();
            _failsSince ??= _failedAt;
        }
    }

    // One that was found away by another call counts from then.
    private TimeSpan FailsFor()
    {
        lock (_lock)
        {
            var failing = _failsSince is { } since ? timeProvider.GetElapsedTime(since) : TimeSpan.Zero;
            return failing > Watch.AwayFor ? failing : Watch.AwayFor;
        }
    }

    // A queue that is away gives the message to someone when its hold ends; until it is back, this process has it.
    private async ValueTask<Dictionary<int, EntryFailure>> TryChangeAsync(List<VisibilityChange> own, CancellationToken cancellationToken)
    {
        if (Watch.IsAway)
            return [];
        try
        {
            return (await Remote.ChangeVisibilityAsync(own, cancellationToken)).ToDictionary(failure => failure.Index);
        }
        catch (QueueUnavailableException exception)
        {
            Watch.Failed(exception);
            return [];
        }
    }

    private async ValueTask ChangeSpooledAsync(IReadOnlyList<VisibilityChange> changes, List<EntryFailure> failures, CancellationToken cancellationToken)
    {
        var (retries, places) = Of(changes, change => IsFrom(FromSpool, change.Message));
        if (retries.Count > 0)
            failures.AddRange(At(places, await spool.ChangeVisibilityAsync(retries.ConvertAll(change => change with { Message = AtSpool(change.Message) }), cancellationToken)));
    }

    private static (List<T> Entries, List<int> Places) Of<T>(IReadOnlyList<T> entries, Func<T, bool> which)
    {
        var places = Enumerable.Range(0, entries.Count).Where(i => which(entries[i])).ToList();
        return (places.ConvertAll(i => entries[i]), places);
    }

    private static IEnumerable<EntryFailure> At(List<int> places, IReadOnlyList<EntryFailure> failures) => failures.Select(failure => failure with { Index = places[failure.Index] });

    private static bool IsFrom(string origin, ReceivedMessage message) => message.Receipt.StartsWith(origin, StringComparison.Ordinal);

    private static ReceivedMessage AtSpool(ReceivedMessage message) => message with { Receipt = message.Receipt[FromSpool.Length..] };

    private static bool AreRetries(IReadOnlyList<OutgoingMessage> messages) => messages.All(message => InfluencerIdMessageFormat.Read(message.Body) is InfluencerIdMessage.Retry);

    private static bool IsShard(ReadOnlyMemory<byte> body) => InfluencerIdMessageFormat.Read(body) is InfluencerIdMessage.WholeShard;
}
