using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Embedded.Queues;

/// <summary>What could not be processed: kept, listed, sent again, dropped.</summary>
internal sealed partial class EmbeddedQueue
{
    // One write at most, and the lock is free between two: the others go on while many are sent again.
    private const int DeadLettersPerStep = 100;

    // Of bodies in one list.
    private const int MaxListedBytes = 16 * 1024 * 1024;

    public ValueTask MoveToDeadLettersAsync(ReceivedMessage message, string reason, CancellationToken cancellationToken)
    {
        Run(() =>
        {
            if (FindReceived(message) is not { } found)
                return false;
            _records.Delete(_batch, found.Id);
            _records.PutDead(_batch, _buffer, NextId(), NowMs, reason, message.Body.Span);
            _database.Write(_batch);
            _index.Remove(found);
            _dead++;
            return true;
        }, cancellationToken);
        return ValueTask.CompletedTask;
    }

    public ValueTask SendToDeadLettersAsync(ReadOnlyMemory<byte> body, string reason, CancellationToken cancellationToken)
    {
        CheckBody(body);
        Run(() =>
        {
            _records.PutDead(_batch, _buffer, NextId(), NowMs, reason, body.Span);
            _database.Write(_batch);
            _dead++;
            return true;
        }, cancellationToken);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<DeadLetter>>(Run(() => _records.ListDead(0, limit, MaxListedBytes, Name), cancellationToken));

    public ValueTask<int> ReplayDeadLettersAsync(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken) =>
        ValueTask.FromResult(ids is null ? ReplayAll(cancellationToken) : ReplayThose(ids, cancellationToken));

    public ValueTask<bool> DropDeadLetterAsync(string id, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Run(() =>
        {
            if (!_records.TryParseDeadId(id, out var number) || _records.FindDead(number, Name) is null)
                return false;
            _records.DeleteDead(_batch, number);
            _database.Write(_batch);
            _dead--;
            return true;
        }, cancellationToken));

    // Up to the last one there is now: those that fail again at once would keep this going for ever.
    private int ReplayAll(CancellationToken cancellationToken)
    {
        var last = Run(() => _lastId, cancellationToken);
        var after = 0L;
        var replayed = 0;
        while (true)
        {
            var letters = Run(() =>
            {
                var page = _records.ListDead(after, DeadLettersPerStep, MaxListedBytes, Name);
                page.RemoveAll(letter => DeadId(letter) > last);
                Replay(page);
                return page;
            }, cancellationToken);
            if (letters.Count == 0)
                return replayed;
            replayed += letters.Count;
            after = DeadId(letters[^1]);
        }
    }

    private int ReplayThose(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var replayed = 0;
        foreach (var chunk in ids.Distinct().Chunk(DeadLettersPerStep))
        {
            replayed += Run(() =>
            {
                List<DeadLetter> letters =
                    [.. chunk.Select(id => _records.TryParseDeadId(id, out var number) ? _records.FindDead(number, Name) : null).OfType<DeadLetter>().DistinctBy(DeadId)];
                Replay(letters);
                return letters.Count;
            }, cancellationToken);
        }

        return replayed;
    }

    private void Replay(List<DeadLetter> letters)
    {
        var now = NowMs;
        var sent = new List<QueueMessage>(letters.Count);
        foreach (var letter in letters)
        {
            var message = new QueueMessage(NextId(), now);
            _records.DeleteDead(_batch, DeadId(letter));
            _records.PutNew(_batch, message, now, letter.Body.Span);
            sent.Add(message);
        }

        _database.Write(_batch);
        foreach (var message in sent)
            _index.Add(message, QueueMessageState.Delayed, now);
        _dead -= sent.Count;
        WakeWaiters();
    }

    private long DeadId(DeadLetter letter) => _records.TryParseDeadId(letter.Id, out var id) ? id : 0;
}
