using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Embedded.Queues;

/// <summary>
/// How a queue lies in the database. Three column families with the key queue (4 bytes) and message id (8 bytes, rising with time): a small
/// index record that every change of visibility rewrites, the body that is written once, and dead letters.
/// Reading the index alone opens a queue, however long its backlog. Safe for concurrent use.
/// </summary>
internal sealed class QueueRecords(RocksDatabase database, int queue)
{
    private const int KeyLength = 12;

    private readonly MetaTable _meta = new(database);
    private readonly ColumnFamily _index = database[ColumnFamilyNames.QueueIndex];
    private readonly ColumnFamily _bodies = database[ColumnFamilyNames.QueueBodies];
    private readonly ColumnFamily _dead = database[ColumnFamilyNames.DeadLetters];

    /// <summary>Messages that <see cref="Load"/> made visible because the clock says nothing of when they are due.</summary>
    public int BroughtBack { get; private set; }

    public void PutNew(WriteBatchBuffer batch, QueueMessage message, HiddenTime hidden, ReadOnlySpan<byte> body)
    {
        PutIndex(batch, message, QueueMessageState.Delayed, hidden);
        Span<byte> key = stackalloc byte[KeyLength];
        batch.Put(_bodies, WriteKey(key, message.Id), body);
    }

    public void PutIndex(WriteBatchBuffer batch, QueueMessage message, QueueMessageState state, HiddenTime hidden)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        Span<byte> value = stackalloc byte[1 + 5 * VarInt.MaxLength];
        value[0] = (byte)state;
        var n = 1 + VarInt.Write(value[1..], (ulong)message.SentAt);
        n += VarInt.Write(value[n..], (ulong)hidden.Until);
        n += VarInt.Write(value[n..], (ulong)message.ReceiveCount);
        n += VarInt.Write(value[n..], (ulong)hidden.For);
        n += VarInt.Write(value[n..], (ulong)message.Bytes);
        batch.Put(_index, WriteKey(key, message.Id), value[..n]);
    }

    public void Delete(WriteBatchBuffer batch, long id)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        WriteKey(key, id);
        batch.Delete(_index, key);
        batch.SingleDelete(_bodies, key);
    }

    public byte[]? ReadBody(long id)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        return database.Get(_bodies, WriteKey(key, id));
    }

    /// <returns>The bytes that it takes.</returns>
    public int PutDead(WriteBatchBuffer batch, ByteWriter buffer, long id, long at, string reason, ReadOnlySpan<byte> body)
    {
        buffer.Clear();
        buffer.Unsigned((ulong)at);
        buffer.Text(reason);
        buffer.Bytes(body);
        Span<byte> key = stackalloc byte[KeyLength];
        batch.Put(_dead, WriteKey(key, id), buffer.Written);
        return buffer.Written.Length;
    }

    /// <summary>The oldest dead letters with greater ids than one, and the bytes that each takes, for as long as more are wanted.</summary>
    public void VisitDead(long after, Func<long, int, bool> visit)
    {
        Span<byte> start = stackalloc byte[KeyLength];
        using var iterator = Iterate(_dead);
        for (var valid = iterator.Seek(WriteKey(start, after + 1)); valid && visit(ReadId(iterator.Key), iterator.Value.Length); valid = iterator.Next())
        {
        }
    }

    public long CountDroppedDead() => _meta.GetNumber(DroppedDeadKey) ?? 0;

    public void PutDroppedDead(WriteBatchBuffer batch, long count) => _meta.Put(batch, DroppedDeadKey, count);

    public void DeleteDead(WriteBatchBuffer batch, long id)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        batch.Delete(_dead, WriteKey(key, id));
    }

    /// <param name="bytes">What it takes.</param>
    public DeadLetter? FindDead(long id, string name, out int bytes)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        var value = database.Get(_dead, WriteKey(key, id));
        bytes = value?.Length ?? 0;
        return value is null ? null : ToDeadLetter(id, value, name);
    }

    /// <summary>Dead letters with greater ids than one, at most so many, and no more once they take so many bytes.</summary>
    public List<(DeadLetter Letter, int Bytes)> ListDead(long after, int limit, int maxBytes, string name)
    {
        var letters = new List<(DeadLetter, int)>();
        var bytes = 0L;
        Span<byte> start = stackalloc byte[KeyLength];
        using var iterator = Iterate(_dead);
        for (var valid = iterator.Seek(WriteKey(start, after + 1)); valid && letters.Count < limit && bytes < maxBytes; valid = iterator.Next())
        {
            var value = iterator.Value;
            letters.Add((ToDeadLetter(ReadId(iterator.Key), value, name), value.Length));
            bytes += value.Length;
        }

        return letters;
    }

    /// <summary>The number of a dead letter of this queue.</summary>
    public bool TryParseDeadId(string text, out long id) => QueueIds.TryParseDead(text, out var of, out id) && of == queue;

    /// <summary>Notes the greatest id that may have been given out.</summary>
    public void PutLastId(WriteBatchBuffer batch, long id) => _meta.Put(batch, LastIdKey, id);

    /// <summary>Fills the index, and returns the greatest id that may have been given out: to a message or, noted, to a dead letter.</summary>
    public long Load(QueueIndex index, QueueClock clock)
    {
        var (now, utcNow) = (clock.Now, clock.UtcNow);
        var lastId = _meta.GetNumber(LastIdKey) ?? 0;
        using (var iterator = Iterate(_index))
        {
            for (var valid = SeekToStart(iterator); valid; valid = iterator.Next())
            {
                var id = ReadId(iterator.Key);
                lastId = Math.Max(lastId, id);
                var value = iterator.Value;
                var state = (QueueMessageState)value[0];
                value = value[1..];
                var sentAt = (long)VarInt.Read(ref value);
                var until = (long)VarInt.Read(ref value);
                var receives = (int)VarInt.Read(ref value);
                // Older records do not say for how long, nor how long the body is.
                var duration = value.IsEmpty ? (long)QueueLimits.MaxVisibility.TotalMilliseconds : (long)VarInt.Read(ref value);
                var bytes = value.IsEmpty ? 0 : (int)VarInt.Read(ref value);
                var message = new QueueMessage(id, sentAt, bytes) { ReceiveCount = receives };
                var left = new HiddenTime(until - duration, duration).Left(utcNow);
                if (left is null)
                    BroughtBack++;
                index.Add(message, state, now + (left ?? 0));
            }
        }

        return lastId;
    }

    private string DroppedDeadKey => MetaKeys.QueueDroppedDeadPrefix + QueueIds.Format(queue);

    private string LastIdKey => MetaKeys.QueueLastIdPrefix + QueueIds.Format(queue);

    private RocksIterator Iterate(ColumnFamily family)
    {
        Span<byte> bound = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bound, queue + 1);
        return database.Iterate(family, bound, fillCache: false);
    }

    private bool SeekToStart(RocksIterator iterator)
    {
        Span<byte> start = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(start, queue);
        return iterator.Seek(start);
    }

    private Span<byte> WriteKey(Span<byte> key, long id)
    {
        BinaryPrimitives.WriteInt32BigEndian(key, queue);
        BinaryPrimitives.WriteInt64BigEndian(key[4..], id);
        return key;
    }

    private static long ReadId(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadInt64BigEndian(key[4..]);

    private DeadLetter ToDeadLetter(long id, ReadOnlySpan<byte> value, string name)
    {
        var at = (long)VarInt.Read(ref value);
        var length = (int)VarInt.Read(ref value);
        var reason = System.Text.Encoding.UTF8.GetString(value[..length]);
        return new DeadLetter(QueueIds.FormatDead(queue, id), name, value[length..].ToArray(), reason, at);
    }
}
