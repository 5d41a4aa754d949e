using System.Runtime.InteropServices;
using static InfluencerAnalytics.Embedded.RocksDb.RocksDbApi;

namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>Opening, and opening again behind everybody who uses it.</summary>
internal sealed unsafe partial class RocksDatabase
{
    private readonly string _path;
    private readonly Func<string, ColumnFamilyUse> _useOf;

    private RocksDatabase(string path, RocksDbTuning tuning, bool syncEveryWrite, Func<string, ColumnFamilyUse> useOf, DatabaseHandle handle)
    {
        _path = path;
        _handle = handle;
        _tuning = tuning;
        _useOf = useOf;
        _syncEveryWrite = syncEveryWrite;
        rocksdb_writeoptions_set_sync(_syncWriteOptions, 1);
    }

    /// <param name="useOf">The use of a column family by its name; asked for those that exist already and for <paramref name="required"/>.</param>
    public static RocksDatabase Open(string path, RocksDbTuning tuning, bool syncEveryWrite, IReadOnlyList<string> required, Func<string, ColumnFamilyUse> useOf)
    {
        var (handle, families) = OpenNative(path, tuning, required, useOf);
        var database = new RocksDatabase(path, tuning, syncEveryWrite, useOf, handle);
        foreach (var (name, family) in families)
            database._columnFamilies.Add(name, new ColumnFamily(name, family));
        return database;
    }

    /// <summary>Between <see cref="CloseForReopening"/> and <see cref="Reopen"/>.</summary>
    public bool IsReopening => _reopening;

    /// <summary>True once the last read under way before <see cref="CloseForReopening"/> has ended.</summary>
    public bool IsReleased => _handle.IsReleased;

    private DatabaseHandle Handle => _reopening ? throw Reopening() : _handle;

    /// <summary>Lets go of the files, to open them again. Until then, every call fails with <see cref="RocksDbException"/>.</summary>
    public void CloseForReopening()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_reopening)
                return;
            _reopening = true;
            LetGo();
        }
    }

    /// <summary>Opens the files again; all column families go on as they are.</summary>
    /// <exception cref="RocksDbException">It cannot be opened, and stays closed until another try.</exception>
    public void Reopen()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_reopening)
                return;
            var (handle, families) = OpenNative(_path, _tuning, [.. _columnFamilies.Keys], _useOf);
            foreach (var (name, family) in families)
            {
                if (_columnFamilies.TryGetValue(name, out var known))
                    known.Attach(family);
                else
                    _columnFamilies.Add(name, new ColumnFamily(name, family));
            }

            _handle = handle;
            _reopening = false;
        }
    }

    private ColumnFamilyHandle HandleOf(ColumnFamily columnFamily) => _reopening ? throw Reopening() : columnFamily.Handle;

    private RocksDbException Reopening() => new($"{_path} is being opened again");

    private void LetGo()
    {
        if (!_handle.IsClosed)
            rocksdb_cancel_all_background_work(_handle, 1);
        foreach (var columnFamily in _columnFamilies.Values)
            columnFamily.Handle.Dispose();
        _handle.Dispose();
    }

    private static (DatabaseHandle Handle, List<(string Name, ColumnFamilyHandle Handle)> Families) OpenNative(
        string path, RocksDbTuning tuning, IReadOnlyList<string> required, Func<string, ColumnFamilyUse> useOf)
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

        nint native, error = 0;
        fixed (nint* n = namePointers, o = options, h = handles)
            native = rocksdb_open_column_families(tuning.Database, path, names.Count, (byte**)n, o, h, ref error);
        foreach (var pointer in namePointers)
            Marshal.FreeCoTaskMem(pointer);
        RocksDbException.ThrowIf(error);

        var handle = new DatabaseHandle(native);
        var families = new List<(string Name, ColumnFamilyHandle Handle)>(names.Count);
        for (var i = 0; i < names.Count; i++)
            families.Add((names[i], new ColumnFamilyHandle(handle, handles[i])));
        return (handle, families);
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
