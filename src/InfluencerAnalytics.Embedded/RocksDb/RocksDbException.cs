using System.Runtime.InteropServices;

namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>RocksDB refused a call; the message is its own.</summary>
internal sealed class RocksDbException(string message) : Exception(message)
{
    /// <summary>A file is damaged (RocksDB's status "Corruption").</summary>
    public bool IsCorruption => Message.Contains("Corruption", StringComparison.Ordinal);

    public static void ThrowIf(nint error)
    {
        if (error == 0)
            return;
        var message = Marshal.PtrToStringUTF8(error) ?? "unknown error";
        RocksDbApi.rocksdb_free(error);
        throw new RocksDbException(message);
    }
}
