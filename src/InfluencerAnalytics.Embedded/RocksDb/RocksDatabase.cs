using System.Runtime.InteropServices;
using System.Text;
using static InfluencerAnalytics.Embedded.RocksDb.RocksDbApi;

namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>An open RocksDB database. Safe for concurrent use.</summary>
/// <remarks>Every method throws <see cref="RocksDbException"/> when RocksDB refuses, and <see cref="ObjectDisposedException"/> after closing.</remarks>
internal sealed unsafe class RocksDatabase : IDisposable
{
    private readonly DatabaseHandle _handle;
    private readonly RocksDbTuning _tuning;
    private readonly Dictionary<string, ColumnFamily> _columnFamilies = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly nint _readOptions = rocksdb_readoptions_create();
    private readonly nint _writeOptions = rocksdb_writeoptions_create();
    private readonly nint _syncWriteOptions = rocksdb_writeoptions_create();
    private readonly bool _syncEveryWrite;
    private volatile bool _disposed;

    private RocksDatabase(nint handle, RocksDbTuning tuning, bool syncEveryWrite)
    {
        _handle = new DatabaseHandle(handle);
        _tuning = tuning;
        _syncEveryWrite = syncEveryWrite;
        rocksdb_writeoptions_set_sync(_syncWriteOptions, 1);
    }

    /// <param name="useOf">The use of a column family by its name; asked for those that exist already and for <paramref name="required"/>.</param>
    public static RocksDatabase Open(string path, RocksDbTuning tuning, bool syncEveryWrite, IReadOnlyList<string> required, Func<string, ColumnFamilyUse> useOf)
    {
        var names = ListColumnFamilies(path, tuning);
        foreach (var name in required)
        {
            if (!names.Contains(name))
                names.Add(name);
        }

        var namePointers = new nint[names.Count];
        var options = new nint[names.Count];
        var handles = new nint[names.Count];
        for (var i = 0; i < names.Count; i++)
        {
            namePointers[i] = Marshal.StringToCoTaskMemUTF8(names[i]);
            options[i] = tuning.For(useOf(names[i]));
        }

        nint db, error = 0;
        fixed (nint* n = namePointers, o = options, h = handles)
            db = rocksdb_open_column_families(tuning.Database, path, names.Count, (byte**)n, o, h, ref error);
        foreach (var pointer in namePointers)
            Marshal.FreeCoTaskMem(pointer);
        RocksDbException.ThrowIf(error);

        var database = new RocksDatabase(db, tuning, syncEveryWrite);
        for (var i = 0; i < names.Count; i++)
            database._columnFamilies.Add(names[i], new ColumnFamily(database._handle, handles[i], names[i]));
        return database;
    }

    /// <summary>True once closing has begun.</summary>
    public bool IsClosed => _disposed;

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
            nint error = 0;
            var handle = rocksdb_create_column_family(_handle, _tuning.For(use), name, ref error);
            RocksDbException.ThrowIf(error);
            var columnFamily = new ColumnFamily(_handle, handle, name);
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
            rocksdb_drop_column_family(_handle, columnFamily, ref error);
            RocksDbException.ThrowIf(error);
            _columnFamilies.Remove(columnFamily.Name);
        }

        columnFamily.Dispose();
    }

    /// <summary>Writes a batch atomically. When it returns, the batch outlives the process; the power, once the log is synced.</summary>
    public void Write(WriteBatchBuffer batch, bool? sync = null)
    {
        if (batch.Count == 0)
            return;
        nint error = 0;
        fixed (byte* pointer = batch.Complete())
        {
            var native = rocksdb_writebatch_create_from(pointer, (nuint)batch.Length);
            rocksdb_write(_handle, sync ?? _syncEveryWrite ? _syncWriteOptions : _writeOptions, native, ref error);
            rocksdb_writebatch_destroy(native);
        }

        RocksDbException.ThrowIf(error);
    }

    /// <summary>Has the write-ahead log on the disk when it returns.</summary>
    public void SyncLog()
    {
        nint error = 0;
        rocksdb_flush_wal(_handle, 1, ref error);
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
        new(_handle, columnFamily, upperBound, fillCache);

    /// <summary>A number that RocksDB keeps of a column family; 0 when it does not know it.</summary>
    public long GetNumber(ColumnFamily columnFamily, string property) =>
        rocksdb_property_int_cf(_handle, columnFamily, property, out var value) == 0 ? (long)value : 0;

    public void Flush(ColumnFamily columnFamily)
    {
        var options = rocksdb_flushoptions_create();
        rocksdb_flushoptions_set_wait(options, 1);
        nint error = 0;
        rocksdb_flush_cf(_handle, options, columnFamily, ref error);
        rocksdb_flushoptions_destroy(options);
        RocksDbException.ThrowIf(error);
    }

    public void Compact(ColumnFamily columnFamily) => rocksdb_compact_range_cf(_handle, columnFamily, null, 0, null, 0);

    /// <summary>Makes a consistent copy in a directory that must not exist; files are linked where the file system can.</summary>
    public void CreateCheckpoint(string path)
    {
        nint error = 0;
        var checkpoint = rocksdb_checkpoint_object_create(_handle, ref error);
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
            rocksdb_cancel_all_background_work(_handle, 1);
            foreach (var columnFamily in _columnFamilies.Values)
                columnFamily.Dispose();
            _handle.Dispose();
            _tuning.Dispose();
        }
    }

    private nint GetPinned(ColumnFamily columnFamily, ReadOnlySpan<byte> key)
    {
        nint slice, error = 0;
        fixed (byte* pointer = key)
            slice = rocksdb_get_pinned_cf(_handle, _readOptions, columnFamily, pointer, (nuint)key.Length, ref error);
        RocksDbException.ThrowIf(error);
        return slice;
    }

    private static List<string> ListColumnFamilies(string path, RocksDbTuning tuning)
    {
        if (!File.Exists(Path.Combine(path, "CURRENT")))
            return ["default"];
        nint error = 0;
        var list = rocksdb_list_column_families(tuning.Database, path, out var count, ref error);
        RocksDbException.ThrowIf(error);
        var names = new List<string>((int)count);
        for (nuint i = 0; i < count; i++)
            names.Add(Marshal.PtrToStringUTF8(((nint*)list)[i])!);
        rocksdb_list_column_families_destroy(list, count);
        return names;
    }
}
