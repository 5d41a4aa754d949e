using Microsoft.Win32.SafeHandles;

namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>
/// An open database. Column families and iterators hold a reference on it, so that it closes after the last of them:
/// closing it under a running read would crash the process.
/// </summary>
internal sealed class DatabaseHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public DatabaseHandle() : base(ownsHandle: true)
    {
    }

    public DatabaseHandle(nint handle) : this() => SetHandle(handle);

    protected override bool ReleaseHandle()
    {
        RocksDbApi.rocksdb_close(handle);
        return true;
    }
}
