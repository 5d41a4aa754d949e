using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Embedded.Queues;

/// <summary>What could not be processed: kept, listed, sent again, dropped.</summary>
internal sealed partial class EmbeddedQueue
{
    // One write at most, and the lock is free between two: the others go on while many are sent again.
    private const int DeadLettersPerStep = 100;

    // Of letters in one list.
    private const int MaxListedBytes = 16 * 1024 * 1024;

    private readonly DeadLetterShelf _shelf;

    public void Bury(ReceivedMessage message, string reason, CancellationToken cancellationToken) =>
        Run(() =>
        {
            if (FindReceived(message) is not { } found)
                return false;
            _shelf.Forget();
            _records.Delete(_batch, found.Id);
            _shelf.Put(_batch, _buffer, NextId(), _clock.UtcNow, reason, message.Body);
            _database.Write(_batch);
            _index.Remove(found);
            _shelf.Accept();
            return true;
        }, cancellationToken);

    public void Bury(ReadOnlyMemory<byte> body, string reason, CancellationToken cancellationToken) =>
        Run(() =>
        {
            _shelf.Forget();
            _shelf.Put(_batch, _buffer, NextId(), _clock.UtcNow, reason, body);
            _database.Write(_batch);
            _shelf.Accept();
            return true;
        }, cancellationToken);

    public DeadLetterCount CountDead(CancellationToken cancellationToken) => Run(() => new DeadLetterCount(_shelf.Count, _shelf.Dropped), cancellationToken);

    public IReadOnlyList<DeadLetter> ListDead(int limit, CancellationToken cancellationToken) =>
        Run(() => _records.ListDead(_shelf.Before, limit, MaxListedBytes, Name), cancellationToken).ConvertAll(listed => listed.Letter);

    public IReadOnlyList<DeadLetter> FindDead(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        Run(() => FindDead(ids), cancellationToken).ConvertAll(found => found.Letter);

    public int ReplayDead(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken) =>
        ids is null ? ReplayAll(cancellationToken) : ReplayThose(ids, cancellationToken);

    public bool DropDead(string id, CancellationToken cancellationToken) =>
        Run(() =>
        {
            if (!_records.TryParseDeadId(id, out var number) || _records.FindDead(number, Name, out var bytes) is null)
                return false;
            _shelf.Forget();
            _shelf.Delete(_batch, number, bytes);
            _database.Write(_batch);
            _shelf.Accept();
            return true;
        }, cancellationToken);

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
                var page = _records.ListDead(Math.Max(after, _shelf.Before), DeadLettersPerStep, MaxListedBytes, Name);
                page.RemoveAll(letter => DeadId(letter.Letter) > last);
                Replay(page);
                return page;
            }, cancellationToken);
            if (letters.Count == 0)
                return replayed;
            replayed += letters.Count;
            after = DeadId(letters[^1].Letter);
        }
    }

    private int ReplayThose(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var replayed = 0;
        foreach (var chunk in ids.Distinct().Chunk(DeadLettersPerStep))
        {
            replayed += Run(() =>
            {
                var letters = FindDead(chunk);
                Replay(letters);
                return letters.Count;
            }, cancellationToken);
        }

        return replayed;
    }

    private List<(DeadLetter Letter, int Bytes)> FindDead(IReadOnlyCollection<string> ids)
    {
        var letters = new Dictionary<long, (DeadLetter Letter, int Bytes)>();
        foreach (var id in ids)
        {
            if (_records.TryParseDeadId(id, out var number) && _records.FindDead(number, Name, out var bytes) is { } letter)
                letters[number] = (letter, bytes);
        }
        return [.. letters.Values];
    }

    private void Replay(List<(DeadLetter Letter, int Bytes)> letters)
    {
        var (now, utcNow) = (_clock.Now, _clock.UtcNow);
        var sent = new List<QueueMessage>(letters.Count);
        _shelf.Forget();
        foreach (var (letter, bytes) in letters)
        {
            var message = new QueueMessage(NextId(), utcNow, letter.Body.Length);
            _shelf.Delete(_batch, DeadId(letter), bytes);
            _records.PutNew(_batch, message, new HiddenTime(utcNow, 0), letter.Body.Span);
            sent.Add(message);
        }

        _database.Write(_batch);
        foreach (var message in sent)
            _index.Add(message, QueueMessageState.Delayed, now);
        _shelf.Accept();
        WakeWaiters();
    }

    private long DeadId(DeadLetter letter) => _records.TryParseDeadId(letter.Id, out var id) ? id : 0;
}
