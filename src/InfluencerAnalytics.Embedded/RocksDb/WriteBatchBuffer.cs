using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Encodings;

namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>
/// Builds a write batch in RocksDB's own serialized form, so that a batch of hundreds of rows crosses into native code once.
/// The form (RocksDB, <c>db/write_batch.cc</c>): 8 bytes of sequence number (0 here), 4 bytes of count, both little-endian; then records of
/// a tag, the column family as varint32, and key and value each behind their length as varint32. It is what the write-ahead log
/// holds, hence stable over versions. Not safe for concurrent use.
/// </summary>
internal sealed class WriteBatchBuffer
{
    private const int HeaderLength = 12;
    private const byte TagDelete = 0x4;
    private const byte TagPut = 0x5;
    private const byte TagSingleDelete = 0x8;
    private const byte TagDeleteRange = 0xE;

    // What one exceptional batch needed is given back.
    private const int KeepLength = 4 * 1024 * 1024;

    private byte[] _buffer = new byte[64 * 1024];
    private int _length = HeaderLength;

    public int Count { get; private set; }

    public int Length => _length;

    public void Clear()
    {
        if (_buffer.Length > KeepLength)
            _buffer = new byte[64 * 1024];
        _length = HeaderLength;
        Count = 0;
    }

    public void Put(ColumnFamily columnFamily, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Begin(TagPut, columnFamily, key.Length + value.Length);
        AppendSlice(key);
        AppendSlice(value);
    }

    /// <summary>Puts a value that is written in place: returns room for it, to be closed by <see cref="EndPut"/>.</summary>
    /// <param name="maxValueLength">At most 127, since the length is kept in one byte.</param>
    public Span<byte> BeginPut(uint columnFamilyId, ReadOnlySpan<byte> key, int maxValueLength)
    {
        Reserve(32 + key.Length + maxValueLength);
        _buffer[_length++] = TagPut;
        _length += VarInt.Write(_buffer.AsSpan(_length), columnFamilyId);
        AppendSlice(key);
        return _buffer.AsSpan(_length + 1, maxValueLength);
    }

    public void EndPut(int valueLength)
    {
        _buffer[_length] = (byte)valueLength;
        _length += 1 + valueLength;
        Count++;
    }

    public void Delete(ColumnFamily columnFamily, ReadOnlySpan<byte> key)
    {
        Begin(TagDelete, columnFamily, key.Length);
        AppendSlice(key);
    }

    /// <summary>Deletes a key that was put exactly once: both vanish together when the memtable is flushed, and no tombstone stays.</summary>
    public void SingleDelete(ColumnFamily columnFamily, ReadOnlySpan<byte> key)
    {
        Begin(TagSingleDelete, columnFamily, key.Length);
        AppendSlice(key);
    }

    /// <param name="end">Not part of the range.</param>
    public void DeleteRange(ColumnFamily columnFamily, ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        Begin(TagDeleteRange, columnFamily, start.Length + end.Length);
        AppendSlice(start);
        AppendSlice(end);
    }

    /// <summary>The whole batch, valid until the next change.</summary>
    public ReadOnlySpan<byte> Complete()
    {
        _buffer.AsSpan(0, 8).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(8), (uint)Count);
        return _buffer.AsSpan(0, _length);
    }

    private void Begin(byte tag, ColumnFamily columnFamily, int payload)
    {
        Reserve(32 + payload);
        _buffer[_length++] = tag;
        _length += VarInt.Write(_buffer.AsSpan(_length), columnFamily.Id);
        Count++;
    }

    private void AppendSlice(ReadOnlySpan<byte> bytes)
    {
        _length += VarInt.Write(_buffer.AsSpan(_length), (uint)bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Reserve(int bytes)
    {
        if (_length + bytes > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(_length + bytes, _buffer.Length * 2));
    }
}
