using System.Runtime.InteropServices;

namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>RocksDB refused a call; the message is its own.</summary>
internal sealed class RocksDbException(string message) : Exception(message)
{
    /// <summary>A file is damaged (RocksDB's status "Corruption").</summary>
    public bool IsCorruption => Message.Contains("Corruption", StringComparison.Ordinal);

    /// <summary>The disk is full. RocksDB says so of the write that met it, and of all that it refuses since.</summary>
    public bool IsNoSpace => Message.Contains("No space left", StringComparison.Ordinal);

    /// <summary>A log that was synced is missing or too short, or data files are newer than what can be read of the log.</summary>
    public bool IsLogDamage =>
        IsCorruption && (Message.Contains("WAL", StringComparison.Ordinal) || Message.Contains(".log", StringComparison.Ordinal));

    public static void ThrowIf(nint error)
    {
        if (error == 0)
            return;
        var message = Marshal.PtrToStringUTF8(error) ?? "unknown error";
        RocksDbApi.rocksdb_free(error);
        throw new RocksDbException(message);
    }
}
