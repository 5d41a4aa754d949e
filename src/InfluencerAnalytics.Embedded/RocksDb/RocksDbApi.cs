using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>
/// The calls of RocksDB's C API (<c>rocksdb/c.h</c>) that this project makes, bound directly to the native library of the RocksDB package.
/// The package's own managed layer binds all 2,500 of them when it is first touched: seven times as long to open a database, and 50 MB; we need fifty of them.
/// Benchmark: <c>bindings</c> (docs/benchmarks.md, "RocksDB by own bindings").
/// </summary>
/// <remarks>
/// An error pointer must be zero before a call: RocksDB leaves it alone when all is well, and frees what it finds in it when not.
/// Hence <c>ref</c>, not <c>out</c>.
/// </remarks>
internal static unsafe partial class RocksDbApi
{
    private const string Library = "rocksdb";

    // On musl (Alpine) the glibc build does not load; the package brings one under another name.
    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2255", Justification = "The resolver must stand before the first native call, wherever that comes from.")]
    internal static void Initialize() =>
        NativeLibrary.SetDllImportResolver(typeof(RocksDbApi).Assembly, static (name, assembly, path) =>
        {
            if (name != Library)
                return 0;
            if (NativeLibrary.TryLoad(name, assembly, path, out var handle))
                return handle;
            return NativeLibrary.TryLoad(Library + "-musl", assembly, path, out handle) ? handle : 0;
        });

    [LibraryImport(Library)] internal static partial void rocksdb_free(nint pointer);

    // Database
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint rocksdb_open_column_families(nint options, string path, int count, byte** names, nint* options2, nint* handles, ref nint error);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint rocksdb_list_column_families(nint options, string path, out nuint count, ref nint error);

    [LibraryImport(Library)] internal static partial void rocksdb_list_column_families_destroy(nint list, nuint count);

    [LibraryImport(Library)] internal static partial void rocksdb_close(nint db);

    [LibraryImport(Library)] internal static partial void rocksdb_cancel_all_background_work(DatabaseHandle db, byte wait);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint rocksdb_create_column_family(DatabaseHandle db, nint options, string name, ref nint error);

    [LibraryImport(Library)] internal static partial void rocksdb_drop_column_family(DatabaseHandle db, ColumnFamilyHandle cf, ref nint error);

    [LibraryImport(Library)] internal static partial void rocksdb_column_family_handle_destroy(nint cf);

    [LibraryImport(Library)] internal static partial uint rocksdb_column_family_handle_get_id(nint cf);

    [LibraryImport(Library)] internal static partial void rocksdb_write(DatabaseHandle db, nint options, nint batch, ref nint error);

    [LibraryImport(Library)] internal static partial void rocksdb_flush_wal(DatabaseHandle db, byte sync, ref nint error);

    [LibraryImport(Library)] internal static partial void rocksdb_flush_cf(DatabaseHandle db, nint options, ColumnFamilyHandle cf, ref nint error);

    [LibraryImport(Library)] internal static partial void rocksdb_compact_range_cf(DatabaseHandle db, ColumnFamilyHandle cf, byte* start, nuint startLength, byte* end, nuint endLength);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int rocksdb_property_int_cf(DatabaseHandle db, ColumnFamilyHandle cf, string name, out ulong value);

    [LibraryImport(Library)] internal static partial nint rocksdb_get_pinned_cf(DatabaseHandle db, nint options, ColumnFamilyHandle cf, byte* key, nuint keyLength, ref nint error);

    [LibraryImport(Library), SuppressGCTransition] internal static partial byte* rocksdb_pinnableslice_value(nint slice, out nuint length);

    [LibraryImport(Library)] internal static partial void rocksdb_pinnableslice_destroy(nint slice);

    [LibraryImport(Library)] internal static partial nint rocksdb_checkpoint_object_create(DatabaseHandle db, ref nint error);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void rocksdb_checkpoint_create(nint checkpoint, string path, ulong logSizeForFlush, ref nint error);

    [LibraryImport(Library)] internal static partial void rocksdb_checkpoint_object_destroy(nint checkpoint);

    // Write batch
    [LibraryImport(Library)] internal static partial nint rocksdb_writebatch_create();

    [LibraryImport(Library)] internal static partial void rocksdb_writebatch_clear(nint batch);

    [LibraryImport(Library)] internal static partial byte* rocksdb_writebatch_data(nint batch, out nuint length);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_put_cf(nint batch, ColumnFamilyHandle columnFamily, byte* key, nuint keyLength, byte* value, nuint valueLength);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_delete_cf(nint batch, ColumnFamilyHandle columnFamily, byte* key, nuint keyLength);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_singledelete_cf(nint batch, ColumnFamilyHandle columnFamily, byte* key, nuint keyLength);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_delete_range_cf(nint batch, ColumnFamilyHandle columnFamily, byte* start, nuint startLength, byte* end, nuint endLength);

    [LibraryImport(Library)] internal static partial void rocksdb_writebatch_destroy(nint batch);

    // Iterator
    [LibraryImport(Library)] internal static partial nint rocksdb_create_iterator_cf(DatabaseHandle db, nint options, ColumnFamilyHandle cf);

    [LibraryImport(Library)] internal static partial void rocksdb_iter_destroy(nint iterator);

    [LibraryImport(Library), SuppressGCTransition] internal static partial byte rocksdb_iter_valid(nint iterator);

    [LibraryImport(Library)] internal static partial void rocksdb_iter_seek(nint iterator, byte* key, nuint length);

    [LibraryImport(Library)] internal static partial void rocksdb_iter_seek_for_prev(nint iterator, byte* key, nuint length);

    [LibraryImport(Library)] internal static partial void rocksdb_iter_seek_to_first(nint iterator);

    [LibraryImport(Library)] internal static partial void rocksdb_iter_next(nint iterator);

    [LibraryImport(Library), SuppressGCTransition] internal static partial byte* rocksdb_iter_key(nint iterator, out nuint length);

    [LibraryImport(Library), SuppressGCTransition] internal static partial byte* rocksdb_iter_value(nint iterator, out nuint length);

    [LibraryImport(Library)] internal static partial void rocksdb_iter_get_error(nint iterator, ref nint error);

    // Read, write and flush options
    [LibraryImport(Library)] internal static partial nint rocksdb_readoptions_create();

    [LibraryImport(Library)] internal static partial void rocksdb_readoptions_destroy(nint options);

    [LibraryImport(Library)] internal static partial void rocksdb_readoptions_set_fill_cache(nint options, byte value);

    [LibraryImport(Library)] internal static partial void rocksdb_readoptions_set_iterate_upper_bound(nint options, byte* key, nuint length);

    [LibraryImport(Library)] internal static partial nint rocksdb_writeoptions_create();

    [LibraryImport(Library)] internal static partial void rocksdb_writeoptions_set_sync(nint options, byte value);

    [LibraryImport(Library)] internal static partial nint rocksdb_flushoptions_create();

    [LibraryImport(Library)] internal static partial void rocksdb_flushoptions_set_wait(nint options, byte value);

    [LibraryImport(Library)] internal static partial void rocksdb_flushoptions_destroy(nint options);
}
