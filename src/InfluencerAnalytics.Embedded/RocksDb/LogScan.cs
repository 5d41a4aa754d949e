using System.Buffers.Binary;

namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>
/// Reads a write-ahead log or a manifest of RocksDB to see how far it is whole and how much it holds, without opening the database.
/// The form (RocksDB, <c>db/log_format.h</c>): blocks of 32 KiB with fragments in them, each of a masked CRC-32C, a length, a type, and the data;
/// a record is one full fragment, or a first one, middle ones and a last one. A log's record begins with the sequence number
/// of its first change (8 bytes) and their count (4 bytes). Can be continued while the file grows. Not safe for concurrent use.
/// </summary>
internal sealed class LogScan(string path, bool isManifest)
{
    private const int BlockSize = 32 * 1024;
    private const int HeaderSize = 7;
    private const int Full = 1;
    private const int First = 2;
    private const int Middle = 3;
    private const int Last = 4;

    private readonly byte[] _block = new byte[BlockSize];
    private readonly byte[] _batchHeader = new byte[12];
    private int _batchHeaderLength;

    public string Path => path;

    /// <summary>What the file holds.</summary>
    public long FileBytes { get; private set; }

    /// <summary>Up to where every record can be read.</summary>
    public long WholeBytes { get; private set; }

    /// <summary>Bytes of records that can be read, those after damage included.</summary>
    public long ReadableBytes { get; private set; }

    /// <summary>The sequence number of the first change that can be read; null when there is none.</summary>
    public long? FirstChange { get; private set; }

    /// <summary>The sequence number after the last change that can be read; 0 when there is none.</summary>
    public long NextChange { get; private set; }

    /// <summary>Changes (rows written or deleted) that can be read, those after damage included.</summary>
    public long Changes { get; private set; }

    /// <summary>Goes on from <see cref="WholeBytes"/> to the end of the file, as it is now.</summary>
    /// <param name="overDamage">Goes on after what cannot be read, as a recovery would that was told to; only once, and not to be continued.</param>
    public void Read(bool overDamage = false)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        FileBytes = RandomAccess.GetLength(file);
        var position = WholeBytes;
        var recordStart = -1L;
        var damaged = false;
        while (position < FileBytes)
        {
            var blockStart = position / BlockSize * BlockSize;
            var length = RandomAccess.Read(file, _block, blockStart);
            var at = (int)(position - blockStart);
            while (length - at >= HeaderSize)
            {
                var type = ReadFragment(at, length, out var payload);
                damaged |= type == 0 || !Take(type, payload, blockStart + at, ref recordStart);
                if (type == 0)
                {
                    recordStart = -1;
                    break;
                }

                at += HeaderSize + payload.Length;
                if (recordStart == -1 && !damaged)
                    WholeBytes = blockStart + at;
            }

            if (damaged && !overDamage)
                return;
            // Under a header's length of the block is left empty.
            if (!damaged && recordStart == -1 && BlockSize - at < HeaderSize && length == BlockSize)
                WholeBytes = blockStart + BlockSize;
            if (length < BlockSize)
                return;
            position = blockStart + BlockSize;
        }
    }

    // 0 for one that cannot be read.
    private byte ReadFragment(int at, int blockLength, out ReadOnlySpan<byte> payload)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(_block.AsSpan(at + 4));
        payload = default;
        if (at + HeaderSize + length > blockLength)
            return 0;
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(_block.AsSpan(at));
        if (crc != Crc32C.Mask(Crc32C.Of(_block.AsSpan(at + 6, 1 + length))))
            return 0;
        payload = _block.AsSpan(at + HeaderSize, length);
        return _block[at + 6];
    }

    // False for a fragment whose record is not whole.
    private bool Take(byte type, ReadOnlySpan<byte> payload, long at, ref long recordStart)
    {
        var beginsInsideAnother = false;
        if (type is Full or First)
        {
            beginsInsideAnother = recordStart != -1;
            _batchHeaderLength = 0;
            recordStart = at;
        }
        else if (type is Middle or Last && recordStart == -1)
        {
            return false;
        }

        if (type is Full or First or Middle or Last && !isManifest && _batchHeaderLength < _batchHeader.Length)
        {
            var part = payload[..Math.Min(payload.Length, _batchHeader.Length - _batchHeaderLength)];
            part.CopyTo(_batchHeader.AsSpan(_batchHeaderLength));
            _batchHeaderLength += part.Length;
        }

        if (type is Full or Last)
        {
            ReadableBytes += at + HeaderSize + payload.Length - recordStart;
            recordStart = -1;
            if (_batchHeaderLength == _batchHeader.Length)
                Count();
        }

        return !beginsInsideAnother;
    }

    private void Count()
    {
        var first = BinaryPrimitives.ReadInt64LittleEndian(_batchHeader);
        var count = BinaryPrimitives.ReadUInt32LittleEndian(_batchHeader.AsSpan(8));
        FirstChange ??= first;
        NextChange = Math.Max(NextChange, first + count);
        Changes += count;
        _batchHeaderLength = 0;
    }
}
