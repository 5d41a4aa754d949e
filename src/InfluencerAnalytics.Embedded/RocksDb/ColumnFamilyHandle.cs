using Microsoft.Win32.SafeHandles;

namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>RocksDB's handle of a column family. Disposing it lets go of the handle; what it holds on the disk is dropped by the database only.</summary>
internal sealed class ColumnFamilyHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly DatabaseHandle? _database;

    // Only for the marshaller, which never returns one.
    public ColumnFamilyHandle() : base(ownsHandle: true)
    {
    }

    public ColumnFamilyHandle(DatabaseHandle database, nint handle) : this()
    {
        var added = false;
        database.DangerousAddRef(ref added);
        _database = database;
        SetHandle(handle);
        Id = RocksDbApi.rocksdb_column_family_handle_get_id(handle);
    }

    /// <summary>The open database that it belongs to.</summary>
    public DatabaseHandle Database => _database!;

    public uint Id { get; }

    protected override bool ReleaseHandle()
    {
        RocksDbApi.rocksdb_column_family_handle_destroy(handle);
        _database?.DangerousRelease();
        return true;
    }
}
