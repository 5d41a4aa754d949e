using System.Security.Cryptography;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Queues;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.Queues;

/// <summary>
/// A queue on RocksDB. Who holds a message is known in memory only: when the process that owns the directory has died, its receives
/// have died with it, and what they held is visible at once. Times are monotonic (<see cref="QueueClock"/>). Safe for concurrent use.
/// </summary>
internal sealed partial class EmbeddedQueue : IMessageQueue, IDisposable
{
    // A start skips what is left of a block, so that an id is never given twice, and a block is one more small record in 10,000 sends.
    private const int IdBlock = 10_000;

    // One write: done whole, or not at all.
    private static ValueTask<IReadOnlyList<EntryFailure>> None => ValueTask.FromResult<IReadOnlyList<EntryFailure>>([]);

    private readonly RocksDatabase _database;
    private readonly QueueRecords _records;
    private readonly QueueClock _clock;
    private readonly DiskGuard _disk;
    private readonly Lock _gate = new();
    private readonly QueueIndex _index = new();
    private readonly QueueWaiters _waiters;
    private readonly WriteBatchBuffer _batch = new();
    private readonly ByteWriter _buffer = new();
    private readonly ITimer _alarm;
    private long _alarmAt = long.MaxValue;
    private long _lastId;
    private long _reservedId;
    private long _lastReceipt;
    private bool _closed;

    public EmbeddedQueue(string name, int number, RocksDatabase database, EmbeddedOptions options, TimeProvider time, DiskGuard disk, ILogger logger)
    {
        Name = name;
        _database = database;
        _records = new QueueRecords(database, number);
        _clock = new QueueClock(time);
        _disk = disk;
        _waiters = new QueueWaiters(time);
        _lastId = _records.Load(_index, _clock);
        BroughtBack = _records.BroughtBack;
        _shelf = new DeadLetterShelf(name, _records, options, time, logger);
        _shelf.Open(database, _batch);
        // Receipts of this process differ from those of any before it, whatever the clock said then.
        _lastReceipt = RandomNumberGenerator.GetInt32(1, int.MaxValue) * (1L << 31);
        _alarm = time.CreateTimer(static queue => ((EmbeddedQueue)queue!).OnAlarm(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Name { get; }

    public TimeSpan VisibilityGranularity => TimeSpan.FromMilliseconds(1);

    /// <summary>Long enough for the visits of one poll to share a write, short against any interval.</summary>
    public TimeSpan BatchDelay => TimeSpan.FromMilliseconds(50);

    public TimeSpan DepthKeeps => TimeSpan.Zero;

    /// <summary>Nothing here limits a delay; it is kept to what a visibility timeout can be.</summary>
    public TimeSpan MaxDelay => QueueLimits.MaxVisibility;

    /// <summary>Messages that were hidden beyond what they can be when it was opened, and are visible since.</summary>
    public int BroughtBack { get; }

    public ValueTask<IReadOnlyList<EntryFailure>> SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken)
    {
        foreach (var message in messages)
            CheckBody(message.Body);
        Run(() =>
        {
            if (_disk.RefuseSend is { } refusal)
                throw new QueueUnavailableException(refusal);
            Send(messages);
            return true;
        }, cancellationToken);
        return None;
    }

    public ValueTask<IReadOnlyList<EntryFailure>> ChangeVisibilityAsync(IReadOnlyList<VisibilityChange> changes, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<EntryFailure>>(Run(() => ChangeVisibility(changes), cancellationToken));

    public ValueTask<IReadOnlyList<EntryFailure>> DeleteAsync(IReadOnlyList<ReceivedMessage> messages, CancellationToken cancellationToken)
    {
        Run(() =>
        {
            var found = new List<QueueMessage>(messages.Count);
            foreach (var received in messages)
            {
                if (FindReceived(received) is not { } message || found.Contains(message))
                    continue;
                found.Add(message);
                _records.Delete(_batch, message.Id);
            }

            _database.Write(_batch);
            foreach (var message in found)
                _index.Remove(message);
            return true;
        }, cancellationToken);
        return None;
    }

    public ValueTask<QueueDepth> GetDepthAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(Run(() => _index.GetDepth(_clock.Now), cancellationToken));

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _waiters.Dispose();
        }

        _alarm.Dispose();
    }

    private void Send(IReadOnlyList<OutgoingMessage> messages)
    {
        var (now, utcNow) = (_clock.Now, _clock.UtcNow);
        var sent = new (QueueMessage Message, long VisibleAt)[messages.Count];
        for (var i = 0; i < sent.Length; i++)
        {
            var delay = Math.Clamp((long)messages[i].Delay.TotalMilliseconds, 0, (long)MaxDelay.TotalMilliseconds);
            sent[i] = (new QueueMessage(NextId(), utcNow, messages[i].Body.Length), now + delay);
            _records.PutNew(_batch, sent[i].Message, new HiddenTime(utcNow, delay), messages[i].Body.Span);
        }

        _database.Write(_batch);
        foreach (var (message, visibleAt) in sent)
            _index.Add(message, QueueMessageState.Delayed, visibleAt);
        WakeWaiters();
    }

    private List<EntryFailure> ChangeVisibility(IReadOnlyList<VisibilityChange> changes)
    {
        var stale = new List<EntryFailure>();
        var (now, utcNow) = (_clock.Now, _clock.UtcNow);
        var found = new List<(QueueMessage Message, long VisibleAt)>(changes.Count);
        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            if (FindReceived(change.Message) is not { } message)
            {
                stale.Add(new EntryFailure(i, "The receipt is no longer valid.", IsStale: true));
                continue;
            }

            var visibility = Math.Clamp((long)change.Visibility.TotalMilliseconds, 0, (long)QueueLimits.MaxVisibility.TotalMilliseconds);
            found.Add((message, now + visibility));
            // A hold ends with its holder, which lives in this process.
            if (!change.RenewsHold)
                _records.PutIndex(_batch, message, QueueMessageState.InFlight, new HiddenTime(utcNow, visibility));
        }

        _database.Write(_batch);
        foreach (var (message, visibleAt) in found)
            _index.Hide(message, QueueMessageState.InFlight, visibleAt);
        WakeWaiters();
        return stale;
    }

    // Goes with the batch that uses the id.
    private long NextId()
    {
        if (++_lastId > _reservedId)
            _records.PutLastId(_batch, _reservedId = _lastId + IdBlock);
        return _lastId;
    }

    private QueueMessage? FindReceived(ReceivedMessage received) =>
        QueueIds.TryParseReceipt(received.Receipt, out var id, out var receipt) && _index.Find(id) is { } message && message.Receipt == receipt
            ? message
            : null;

    private T Run<T>(Func<T> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_closed)
                throw new QueueUnavailableException("The embedded queue is closed: the process is stopping.");
            try
            {
                _batch.Clear();
                return call();
            }
            catch (Exception e)
            {
                // What was reserved in this batch was perhaps not written.
                _reservedId = 0;
                if (e is not (RocksDbException or ObjectDisposedException or InvalidDataException))
                    throw;
                _disk.DamagedFiles.Note(e);
                throw new QueueUnavailableException(_disk.Explain(e), e);
            }
        }
    }

    private static void CheckBody(ReadOnlyMemory<byte> body)
    {
        if (body.Length > QueueLimits.MaxBodyBytes)
            throw new ArgumentException($"A message of {body.Length} bytes is longer than {QueueLimits.MaxBodyBytes}.", nameof(body));
    }
}
