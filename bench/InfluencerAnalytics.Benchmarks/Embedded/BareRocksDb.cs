using System.Buffers.Binary;
using InfluencerAnalytics.Influencers;
using RocksDbSharp;

namespace InfluencerAnalytics.Benchmarks.Embedded;

/// <summary>
/// What RocksDB does from C# without anything around it: key id and slot, one write batch for 500 rows, zstd, write-ahead log on.
/// No check for duplicates, no latest, no counts.
/// </summary>
internal sealed class BareRocksDb : IDisposable
{
    private readonly RocksDb _database;
    private readonly WriteBatch _batch = new();
    private readonly byte[] _key = new byte[12];
    private readonly byte[] _value = new byte[16];

    public BareRocksDb(string path) => _database = RocksDb.Open(
        new DbOptions()
            .SetCreateIfMissing()
            .SetCompression(Compression.Zstd)
            .SetWriteBufferSize(64 << 20)
            .SetMaxBackgroundCompactions(2),
        path);

    public void Write(DataPointBatch batch)
    {
        _batch.Clear();
        foreach (var point in batch.Points)
        {
            BinaryPrimitives.WriteInt64BigEndian(_key, point.InfluencerId);
            BinaryPrimitives.WriteUInt32BigEndian(_key.AsSpan(8), (uint)(batch.Slot / 1000));
            BinaryPrimitives.WriteInt32LittleEndian(_value, (int)point.FollowerCount);
            BinaryPrimitives.WriteInt32LittleEndian(_value.AsSpan(4), (int)point.FollowingCount);
            _batch.Put(_key, 12, _value, 8);
        }

        _database.Write(_batch);
    }

    public void Dispose()
    {
        _batch.Dispose();
        _database.Dispose();
    }
}
