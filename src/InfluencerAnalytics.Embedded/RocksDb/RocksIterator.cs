using System.Runtime.InteropServices;

namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>A cursor over one column family as it was when the cursor was made. Not safe for concurrent use.</summary>
internal sealed unsafe class RocksIterator : IDisposable
{
    private readonly DatabaseHandle _database;
    private readonly nint _options;
    private nint _iterator;
    private byte* _upperBound;

    /// <param name="upperBound">The first key that is not part of it; empty for none.</param>
    /// <param name="fillCache">False for long scans, which would push everything else out of the cache.</param>
    public RocksIterator(ColumnFamilyHandle columnFamily, ReadOnlySpan<byte> upperBound, bool fillCache)
    {
        var added = false;
        var database = columnFamily.Database;
        database.DangerousAddRef(ref added);
        _database = database;
        _options = RocksDbApi.rocksdb_readoptions_create();
        if (!fillCache)
            RocksDbApi.rocksdb_readoptions_set_fill_cache(_options, 0);
        if (!upperBound.IsEmpty)
        {
            // RocksDB keeps the pointer, not a copy.
            _upperBound = (byte*)NativeMemory.Alloc((nuint)upperBound.Length);
            upperBound.CopyTo(new Span<byte>(_upperBound, upperBound.Length));
            RocksDbApi.rocksdb_readoptions_set_iterate_upper_bound(_options, _upperBound, (nuint)upperBound.Length);
        }

        try
        {
            _iterator = RocksDbApi.rocksdb_create_iterator_cf(database, _options, columnFamily);
        }
        catch (ObjectDisposedException)
        {
            Release();
            throw;
        }
    }

    public ReadOnlySpan<byte> Key
    {
        get
        {
            var pointer = RocksDbApi.rocksdb_iter_key(_iterator, out var length);
            return new ReadOnlySpan<byte>(pointer, (int)length);
        }
    }

    public ReadOnlySpan<byte> Value
    {
        get
        {
            var pointer = RocksDbApi.rocksdb_iter_value(_iterator, out var length);
            return new ReadOnlySpan<byte>(pointer, (int)length);
        }
    }

    public bool SeekToFirst()
    {
        RocksDbApi.rocksdb_iter_seek_to_first(_iterator);
        return CheckValid();
    }

    /// <summary>Goes to the first key at or after this one.</summary>
    public bool Seek(ReadOnlySpan<byte> key)
    {
        fixed (byte* pointer = key)
            RocksDbApi.rocksdb_iter_seek(_iterator, pointer, (nuint)key.Length);
        return CheckValid();
    }

    /// <summary>Goes to the last key at or before this one.</summary>
    public bool SeekForPrevious(ReadOnlySpan<byte> key)
    {
        fixed (byte* pointer = key)
            RocksDbApi.rocksdb_iter_seek_for_prev(_iterator, pointer, (nuint)key.Length);
        return CheckValid();
    }

    public bool Next()
    {
        RocksDbApi.rocksdb_iter_next(_iterator);
        return CheckValid();
    }

    public void Dispose()
    {
        if (_iterator == 0)
            return;
        RocksDbApi.rocksdb_iter_destroy(_iterator);
        _iterator = 0;
        Release();
    }

    private void Release()
    {
        RocksDbApi.rocksdb_readoptions_destroy(_options);
        NativeMemory.Free(_upperBound);
        _upperBound = null;
        _database.DangerousRelease();
    }

    // An iterator that hits a damaged block becomes invalid, just as one at its end: the error must be asked for.
    private bool CheckValid()
    {
        if (RocksDbApi.rocksdb_iter_valid(_iterator) != 0)
            return true;
        nint error = 0;
        RocksDbApi.rocksdb_iter_get_error(_iterator, ref error);
        RocksDbException.ThrowIf(error);
        return false;
    }
}
