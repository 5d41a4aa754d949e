using System.Text;
using static InfluencerAnalytics.Embedded.RocksDb.RocksDbApi;

namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>An open RocksDB database. Safe for concurrent use.</summary>
/// <remarks>Every method throws <see cref="RocksDbException"/> when RocksDB refuses, and <see cref="ObjectDisposedException"/> after closing.</remarks>
internal sealed unsafe partial class RocksDatabase : IDisposable
{
    private readonly RocksDbTuning _tuning;
    private readonly Dictionary<string, ColumnFamily> _columnFamilies = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly nint _readOptions = rocksdb_readoptions_create();
    private readonly nint _writeOptions = rocksdb_writeoptions_create();
    private readonly nint _syncWriteOptions = rocksdb_writeoptions_create();
    private readonly bool _syncEveryWrite;
    private volatile DatabaseHandle _handle;
    private volatile bool _reopening;
    private volatile bool _disposed;
    private volatile bool _writesFail;

    /// <summary>True once closing has begun.</summary>
    public bool IsClosed => _disposed;

    /// <summary>Whether the last write failed, or a sync since.</summary>
    public bool WritesFail => _writesFail;

    public ColumnFamily this[string name]
    {
        get
        {
            lock (_gate)
                return _columnFamilies[name];
        }
    }

    public IReadOnlyList<ColumnFamily> ColumnFamilies
    {
        get
        {
            lock (_gate)
                return [.. _columnFamilies.Values];
        }
    }

    public ColumnFamily CreateColumnFamily(string name, ColumnFamilyUse use)
    {
        lock (_gate)
        {
            // The options that it would be made with are freed.
            ObjectDisposedException.ThrowIf(_disposed, this);
            // An attempt that was reported as failed may have been made all the same; it shows when the database is opened again.
            if (_columnFamilies.TryGetValue(name, out var known))
                return known;
            nint error = 0;
            var database = Handle;
            var handle = rocksdb_create_column_family(database, _tuning.For(use), name, ref error);
            RocksDbException.ThrowIf(error);
            var columnFamily = new ColumnFamily(name, new ColumnFamilyHandle(database, handle));
            _columnFamilies.Add(name, columnFamily);
            return columnFamily;
        }
    }

    /// <summary>Drops a column family with its files. Reads that are under way finish first; those that start later throw.</summary>
    public void DropColumnFamily(ColumnFamily columnFamily)
    {
        lock (_gate)
        {
            nint error = 0;
            var handle = HandleOf(columnFamily);
            rocksdb_drop_column_family(handle.Database, handle, ref error);
            RocksDbException.ThrowIf(error);
            _columnFamilies.Remove(columnFamily.Name);
            columnFamily.MarkDropped();
            handle.Dispose();
        }
    }

    /// <summary>Writes a batch atomically. When it returns, the batch outlives the process; the power, once the log is synced.</summary>
    public void Write(WriteBatchBuffer batch, bool? sync = null)
    {
        if (batch.Count == 0)
            return;
        var handle = Handle;
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (batch.IsIncomplete)
            throw new RocksDbException($"{_path} was closed, or part of it dropped, while a batch was made");
        nint error = 0;
        rocksdb_write(handle, sync ?? _syncEveryWrite ? _syncWriteOptions : _writeOptions, batch.Native, ref error);
        GC.KeepAlive(batch);
        _writesFail = error != 0;
        RocksDbException.ThrowIf(error);
    }

    /// <summary>Has the write-ahead log on the disk when it returns.</summary>
    public void SyncLog()
    {
        nint error = 0;
        rocksdb_flush_wal(Handle, 1, ref error);
        _writesFail |= error != 0;
        RocksDbException.ThrowIf(error);
    }

    public bool Contains(ColumnFamily columnFamily, ReadOnlySpan<byte> key)
    {
        var slice = GetPinned(columnFamily, key);
        if (slice == 0)
            return false;
        rocksdb_pinnableslice_destroy(slice);
        return true;
    }

    public byte[]? Get(ColumnFamily columnFamily, ReadOnlySpan<byte> key)
    {
        var slice = GetPinned(columnFamily, key);
        if (slice == 0)
            return null;
        var pointer = rocksdb_pinnableslice_value(slice, out var length);
        var value = new ReadOnlySpan<byte>(pointer, (int)length).ToArray();
        rocksdb_pinnableslice_destroy(slice);
        return value;
    }

    public string? GetString(ColumnFamily columnFamily, ReadOnlySpan<byte> key)
    {
        var slice = GetPinned(columnFamily, key);
        if (slice == 0)
            return null;
        var pointer = rocksdb_pinnableslice_value(slice, out var length);
        var value = Encoding.UTF8.GetString(pointer, (int)length);
        rocksdb_pinnableslice_destroy(slice);
        return value;
    }

    public RocksIterator Iterate(ColumnFamily columnFamily, ReadOnlySpan<byte> upperBound = default, bool fillCache = true) =>
        new(HandleOf(columnFamily), upperBound, fillCache);

    /// <summary>A number that RocksDB keeps of a column family; 0 when it does not know it.</summary>
    public long GetNumber(ColumnFamily columnFamily, string property)
    {
        var handle = HandleOf(columnFamily);
        return rocksdb_property_int_cf(handle.Database, handle, property, out var value) == 0 ? (long)value : 0;
    }

    public void Flush(ColumnFamily columnFamily)
    {
        var handle = HandleOf(columnFamily);
        var options = rocksdb_flushoptions_create();
        rocksdb_flushoptions_set_wait(options, 1);
        nint error = 0;
        rocksdb_flush_cf(handle.Database, options, handle, ref error);
        rocksdb_flushoptions_destroy(options);
        RocksDbException.ThrowIf(error);
    }

    public void Compact(ColumnFamily columnFamily)
    {
        var handle = HandleOf(columnFamily);
        rocksdb_compact_range_cf(handle.Database, handle, null, 0, null, 0);
    }

    /// <summary>Makes a consistent copy in a directory that must not exist; files are linked where the file system can.</summary>
    public void CreateCheckpoint(string path)
    {
        nint error = 0;
        var checkpoint = rocksdb_checkpoint_object_create(Handle, ref error);
        RocksDbException.ThrowIf(error);
        rocksdb_checkpoint_create(checkpoint, path, 0, ref error);
        rocksdb_checkpoint_object_destroy(checkpoint);
        RocksDbException.ThrowIf(error);
    }

    /// <summary>Closes the database once the reads under way have ended.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            LetGo();
            _tuning.Dispose();
        }
    }

    private nint GetPinned(ColumnFamily columnFamily, ReadOnlySpan<byte> key)
    {
        nint slice, error = 0;
        var handle = HandleOf(columnFamily);
        fixed (byte* pointer = key)
            slice = rocksdb_get_pinned_cf(handle.Database, _readOptions, handle, pointer, (nuint)key.Length, ref error);
        RocksDbException.ThrowIf(error);
        return slice;
    }
}
