namespace InfluencerAnalytics.Queues;

/// <summary>
/// The dead letters of queues that cannot keep any themselves, on a shelf elsewhere. Safe for concurrent use. What is moved is put there before it leaves its queue, and what
/// is sent again leaves the shelf after that: a process that dies between leaves it in both.
/// </summary>
internal sealed class QueueDeadLetters(IMessageQueues queues, IDeadLetterShelf shelf) : IDeadLetters
{
    // Bodies of 256 KiB at most: 25 MiB in memory.
    private const int LettersPerStep = 100;

    // Messages that were put on the shelf lately: one that comes again, or is moved twice, makes no second letter.
    private const int MaxRemembered = 10_000;

    private readonly HashSet<string> _shelved = new(StringComparer.Ordinal);

    public async ValueTask MoveAsync(string queue, ReceivedMessage message, string reason, CancellationToken cancellationToken)
    {
        if (!IsShelved(message))
        {
            await shelf.PutAsync(queue, message.Body, reason, cancellationToken);
            Note(message);
        }
        await queues.Get(queue).DeleteAllAsync([message], cancellationToken);
    }

    public ValueTask PutAsync(string queue, ReadOnlyMemory<byte> body, string reason, CancellationToken cancellationToken) =>
        shelf.PutAsync(queue, body, reason, cancellationToken);

    public ValueTask<DeadLetterCount> CountAsync(string queue, CancellationToken cancellationToken) => shelf.CountAsync(queue, cancellationToken);

    public ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string queue, int limit, CancellationToken cancellationToken) => shelf.ListAsync(queue, limit, cancellationToken);

    public ValueTask<IReadOnlyList<DeadLetter>> FindAsync(string queue, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        shelf.FindAsync(queue, ids, cancellationToken);

    public ValueTask<bool> DropAsync(string queue, string id, CancellationToken cancellationToken) => shelf.DropAsync(queue, id, cancellationToken);

    public async ValueTask<int> ReplayAsync(string queue, IReadOnlyCollection<string>? ids, CancellationToken cancellationToken)
    {
        var replayed = 0;
        if (ids is not null)
        {
            foreach (var chunk in ids.Distinct(StringComparer.Ordinal).Chunk(LettersPerStep))
                replayed += await SendAsync(queue, await shelf.FindAsync(queue, chunk, cancellationToken), cancellationToken);
            return replayed;
        }
        // As many as there are now: those that fail again at once would keep this going for ever.
        var left = (await shelf.CountAsync(queue, cancellationToken)).Kept;
        while (left > 0 && await shelf.ListAsync(queue, (int)Math.Min(left, LettersPerStep), cancellationToken) is { Count: > 0 } letters)
        {
            replayed += await SendAsync(queue, letters, cancellationToken);
            left -= letters.Count;
        }
        return replayed;
    }

    private async ValueTask<int> SendAsync(string queue, IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
    {
        if (letters.Count == 0)
            return 0;
        await queues.Get(queue).SendAllAsync([.. letters.Select(letter => new OutgoingMessage(letter.Body))], cancellationToken);
        foreach (var letter in letters)
            await shelf.DropAsync(queue, letter.Id, CancellationToken.None);
        return letters.Count;
    }

    private bool IsShelved(ReceivedMessage message)
    {
        lock (_shelved)
            return _shelved.Contains(message.Id);
    }

    private void Note(ReceivedMessage message)
    {
        lock (_shelved)
        {
            if (_shelved.Count >= MaxRemembered)
                _shelved.Clear();
            _shelved.Add(message.Id);
        }
    }
}
