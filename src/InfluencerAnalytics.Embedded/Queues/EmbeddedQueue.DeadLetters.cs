using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Embedded.Queues;

/// <summary>The dead letters of a queue. Moving one is one write: it is never in neither place, nor in both.</summary>
internal sealed partial class EmbeddedQueue
{
    private long _dead;

    public ValueTask MoveToDeadLettersAsync(ReceivedMessage message, string reason, CancellationToken cancellationToken)
    {
        Run(() =>
        {
            if (FindReceived(message) is not { } found)
                return false;
            _records.Delete(_batch, found.Id);
            _records.PutDead(_batch, _buffer, ++_lastId, NowMs, reason, message.Body.Span);
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
            _records.PutDead(_batch, _buffer, ++_lastId, NowMs, reason, body.Span);
            _database.Write(_batch);
            _dead++;
            return true;
        }, cancellationToken);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<DeadLetter>>(Run(() => _records.ListDead(limit, Name), cancellationToken));

    public ValueTask<int> ReplayDeadLettersAsync(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Run(() => Replay(ids), cancellationToken));

    public ValueTask<bool> DropDeadLetterAsync(string id, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Run(() =>
        {
            if (!QueueIds.TryParse(id, out var number) || _records.FindDead(number, Name) is null)
                return false;
            _records.DeleteDead(_batch, number);
            _database.Write(_batch);
            _dead--;
            return true;
        }, cancellationToken));

    private int Replay(IReadOnlyCollection<string>? ids)
    {
        var now = NowMs;
        var sent = new List<QueueMessage>();
        var letters = ids is null
            ? _records.ListDead(int.MaxValue, Name)
            : [.. ids.Distinct().Select(id => QueueIds.TryParse(id, out var number) ? _records.FindDead(number, Name) : null).OfType<DeadLetter>()];
        foreach (var letter in letters)
        {
            if (!QueueIds.TryParse(letter.Id, out var id))
                continue;
            var message = new QueueMessage(++_lastId, now);
            _records.DeleteDead(_batch, id);
            _records.PutNew(_batch, message, now, letter.Body.Span);
            sent.Add(message);
        }

        _database.Write(_batch);
        foreach (var message in sent)
            _index.Add(message, QueueMessageState.Delayed, now);
        _dead -= sent.Count;
        WakeWaiters();
        return sent.Count;
    }
}
