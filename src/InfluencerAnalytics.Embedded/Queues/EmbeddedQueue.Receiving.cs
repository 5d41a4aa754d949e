using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Embedded.Queues;

/// <content>Receiving, and the waiting for what appears.</content>
internal sealed partial class EmbeddedQueue
{
    public async ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken)
    {
        var deadline = _clock.Now + (long)wait.TotalMilliseconds;
        while (true)
        {
            QueueWaiters.Waiter? waiter = null;
            var left = deadline - _clock.Now;
            var received = Run(() =>
            {
                var taken = Take(maxMessages, visibility);
                if (taken.Count == 0 && left > 0)
                    waiter = _waiters.Add();
                SetAlarm();
                return taken;
            }, cancellationToken);
            if (waiter is null)
                return received;
            await _waiters.WaitAsync(waiter, TimeSpan.FromMilliseconds(left), cancellationToken);
            lock (_gate)
            {
                _waiters.Remove(waiter);
                // Woken for a message and cancelled at the same moment: the next one takes it.
                if (cancellationToken.IsCancellationRequested)
                    _waiters.Wake(_index.Waiting);
            }
        }
    }

    private List<ReceivedMessage> Take(int maxMessages, TimeSpan visibility)
    {
        var received = new List<ReceivedMessage>();
        var now = _clock.Now;
        while (received.Count < maxMessages && _index.TakeVisible(now) is { } message)
        {
            if (ReadBody(message) is not { } body)
                continue;
            message.ReceiveCount++;
            message.Receipt = ++_lastReceipt;
            _index.Hide(message, QueueMessageState.InFlight, now + (long)visibility.TotalMilliseconds);
            received.Add(new ReceivedMessage(
                QueueIds.Format(message.Id), QueueIds.FormatReceipt(message.Id, message.Receipt), body, message.ReceiveCount, message.SentAt));
        }

        return received;
    }

    // A message whose body cannot be read leaves this process's queue, so that the others go on; what there is of it stays in the database.
    private byte[]? ReadBody(QueueMessage message)
    {
        Exception? damage = null;
        try
        {
            if (_records.ReadBody(message.Id) is { } body)
                return body;
        }
        catch (RocksDbException e) when (e.IsCorruption)
        {
            damage = e;
            _disk.DamagedFiles.Note(e);
        }
        catch
        {
            _index.PutBack(message);
            throw;
        }

        _index.Remove(message);
        _disk.DamagedMessages.Add(Name, QueueIds.Format(message.Id), damage);
        if (Name == QueueNames.InfluencerIdStore)
            _disk.DamagedMessages.LostShards.Note(message.Id, _lastId);
        return null;
    }

    private void WakeWaiters()
    {
        if (_waiters.Count > 0)
        {
            _index.Appear(_clock.Now);
            _waiters.Wake(_index.Waiting);
        }

        SetAlarm();
    }

    // Rings when the next hidden message appears, while someone waits for it.
    private void SetAlarm()
    {
        var next = _waiters.Count > 0 && !_closed ? _index.NextAppearance() ?? long.MaxValue : long.MaxValue;
        if (next == _alarmAt)
            return;
        _alarmAt = next;
        _alarm.Change(
            next == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Max(1, next - _clock.Now)), Timeout.InfiniteTimeSpan);
    }

    private void OnAlarm()
    {
        lock (_gate)
        {
            _alarmAt = long.MaxValue;
            if (!_closed)
                WakeWaiters();
        }
    }
}
