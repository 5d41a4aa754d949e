using Microsoft.Win32.SafeHandles;

namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>
/// An open database. Column families and iterators hold a reference on it, so that it closes after the last of them:
/// closing it under a running read would crash the process.
/// </summary>
internal sealed class DatabaseHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private volatile bool _released;

    public DatabaseHandle() : base(ownsHandle: true)
    {
    }

    public DatabaseHandle(nint handle) : this() => SetHandle(handle);

    /// <summary>True once the last user has gone and RocksDB has let go of its files and its lock.</summary>
    public bool IsReleased => _released;

    protected override bool ReleaseHandle()
    {
        RocksDbApi.rocksdb_close(handle);
        _released = true;
        return true;
    }
}
