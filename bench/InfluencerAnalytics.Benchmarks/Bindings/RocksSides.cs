using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Influencers;
using RocksDbSharp;

namespace InfluencerAnalytics.Benchmarks.Bindings;

/// <summary>A database that rows of 12 bytes of key and 8 of value are written to, a batch for 500.</summary>
internal interface IRocksSide : IDisposable
{
    void Write(DataPointBatch batch);
}

internal static class RocksRow
{
    public const int KeyLength = 12;
    public const int ValueLength = 8;

    public static void Encode(Span<byte> key, Span<byte> value, DataPointBatch batch, in DataPoint point)
    {
        BinaryPrimitives.WriteInt64BigEndian(key, point.InfluencerId);
        BinaryPrimitives.WriteUInt32BigEndian(key[8..], (uint)(batch.Slot / 1000));
        BinaryPrimitives.WriteInt32LittleEndian(value, (int)point.FollowerCount);
        BinaryPrimitives.WriteInt32LittleEndian(value[4..], (int)point.FollowingCount);
    }
}

/// <summary>The program's bindings.</summary>
internal sealed class OwnSide : IRocksSide
{
    private readonly RocksDatabase _database;
    private readonly ColumnFamily _family;
    private readonly WriteBatchBuffer _batch = new();

    public OwnSide(string path)
    {
        Directory.CreateDirectory(path);
        var tuning = new RocksDbTuning(new EmbeddedOptions(), new RocksDbLog(static _ => { }));
        _database = RocksDatabase.Open(path, tuning, false, ["default"], static _ => ColumnFamilyUse.Series);
        _family = _database["default"];
    }

    public void Write(DataPointBatch batch)
    {
        _batch.Clear();
        Span<byte> key = stackalloc byte[RocksRow.KeyLength];
        Span<byte> value = stackalloc byte[RocksRow.ValueLength];
        foreach (var point in batch.Points)
        {
            RocksRow.Encode(key, value, batch, point);
            _batch.Put(_family, key, value);
        }
        _database.Write(_batch);
    }

    public void Dispose() => _database.Dispose();
}

/// <summary>The package's own bindings and write batch, tuned alike.</summary>
internal sealed class PackageSide : IRocksSide
{
    private readonly RocksDb _database;
    private readonly WriteBatch _batch = new();
    private readonly byte[] _key = new byte[RocksRow.KeyLength];
    private readonly byte[] _value = new byte[RocksRow.ValueLength];

    public PackageSide(string path)
    {
        var options = new EmbeddedOptions();
        _database = RocksDb.Open(
            new DbOptions()
                .SetCreateIfMissing()
                .SetCompression(Compression.Zstd)
                .SetWriteBufferSize((ulong)options.WriteBufferBytes / 2)
                .SetDbWriteBufferSize((ulong)options.WriteBufferBytes)
                .SetMaxWriteBufferNumber(3)
                .SetBytesPerSync(1024 * 1024)
                .SetMaxBackgroundCompactions(2),
            path);
    }

    public void Write(DataPointBatch batch)
    {
        _batch.Clear();
        foreach (var point in batch.Points)
        {
            RocksRow.Encode(_key, _value, batch, point);
            _batch.Put(_key, RocksRow.KeyLength, _value, RocksRow.ValueLength);
        }
        _database.Write(_batch);
    }

    public void Dispose()
    {
        _batch.Dispose();
        _database.Dispose();
    }
}
