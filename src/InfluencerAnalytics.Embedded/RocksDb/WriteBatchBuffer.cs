using static InfluencerAnalytics.Embedded.RocksDb.RocksDbApi;

namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>
/// Changes that are written together or not at all: RocksDB's own write batch. Filling it never fails; what could not be taken in, since the database was
/// closed meanwhile, fails the writing. Not safe for concurrent use.
/// </summary>
/// <remarks>
/// A call into native code for each row, rather than a batch put together here in RocksDB's serialized form: that was not a percent faster
/// (docs/benchmarks.md, "RocksDB by own bindings").
/// </remarks>
internal sealed unsafe class WriteBatchBuffer
{
    // What one exceptional batch needed is given back.
    private const nuint KeepLength = 4 * 1024 * 1024;

    private nint _batch = rocksdb_writebatch_create();

    ~WriteBatchBuffer() => rocksdb_writebatch_destroy(_batch);

    public int Count { get; private set; }

    /// <summary>RocksDB's. Keep this object alive for as long as it is used.</summary>
    public nint Native => _batch;

    /// <summary>Whether a change is missing, since the database that it was for was closed: it must not be written.</summary>
    public bool IsIncomplete { get; private set; }

    public void Clear()
    {
        rocksdb_writebatch_data(_batch, out var length);
        if (length > KeepLength)
        {
            rocksdb_writebatch_destroy(_batch);
            _batch = rocksdb_writebatch_create();
        }
        else
        {
            rocksdb_writebatch_clear(_batch);
        }

        Count = 0;
        IsIncomplete = false;
    }

    public void Put(ColumnFamily columnFamily, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Count++;
        try
        {
            fixed (byte* k = key, v = value)
                rocksdb_writebatch_put_cf(_batch, columnFamily.Handle, k, (nuint)key.Length, v, (nuint)value.Length);
        }
        catch (ObjectDisposedException)
        {
            IsIncomplete = true;
        }
    }

    public void Delete(ColumnFamily columnFamily, ReadOnlySpan<byte> key)
    {
        Count++;
        try
        {
            fixed (byte* k = key)
                rocksdb_writebatch_delete_cf(_batch, columnFamily.Handle, k, (nuint)key.Length);
        }
        catch (ObjectDisposedException)
        {
            IsIncomplete = true;
        }
    }

    /// <summary>Deletes a key that was put exactly once: both vanish together when the memtable is flushed, and no tombstone stays.</summary>
    public void SingleDelete(ColumnFamily columnFamily, ReadOnlySpan<byte> key)
    {
        Count++;
        try
        {
            fixed (byte* k = key)
                rocksdb_writebatch_singledelete_cf(_batch, columnFamily.Handle, k, (nuint)key.Length);
        }
        catch (ObjectDisposedException)
        {
            IsIncomplete = true;
        }
    }

    /// <param name="end">Not part of the range.</param>
    public void DeleteRange(ColumnFamily columnFamily, ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        Count++;
        try
        {
            fixed (byte* s = start, e = end)
                rocksdb_writebatch_delete_range_cf(_batch, columnFamily.Handle, s, (nuint)start.Length, e, (nuint)end.Length);
        }
        catch (ObjectDisposedException)
        {
            IsIncomplete = true;
        }
    }
}
