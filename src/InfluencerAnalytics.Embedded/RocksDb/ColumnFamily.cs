using Microsoft.Win32.SafeHandles;

namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>A column family of an open database. Disposing it lets go of the handle; what it holds on the disk is dropped by the database only.</summary>
internal sealed class ColumnFamily : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly DatabaseHandle? _database;

    // Only for the marshaller, which never returns one.
    public ColumnFamily() : base(ownsHandle: true) => Name = "";

    public ColumnFamily(DatabaseHandle database, nint handle, string name) : this()
    {
        var added = false;
        database.DangerousAddRef(ref added);
        _database = database;
        SetHandle(handle);
        Name = name;
        Id = RocksDbApi.rocksdb_column_family_handle_get_id(handle);
    }

    public string Name { get; }

    public uint Id { get; }

    protected override bool ReleaseHandle()
    {
        RocksDbApi.rocksdb_column_family_handle_destroy(handle);
        _database?.DangerousRelease();
        return true;
    }
}
