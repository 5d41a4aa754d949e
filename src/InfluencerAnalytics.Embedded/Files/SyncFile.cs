using Microsoft.Win32.SafeHandles;

namespace InfluencerAnalytics.Embedded.Files;

/// <summary>
/// The file <c>SYNCED</c> of a data directory: two slots, written in turn, of which the newer whole one counts. It is written after the sync
/// that it tells of and, but for its first time, without one of its own: what a power cut leaves of it may be older than the truth, never ahead.
/// It keeps its size, so that a full disk does not stop it. Not safe for concurrent use.
/// </summary>
internal sealed class SyncFile : IDisposable
{
    public const string FileName = "SYNCED";

    private readonly SafeFileHandle _file;
    private readonly byte[] _slot = new byte[SyncRecord.SlotLength];
    private long _count;

    public SyncFile(string directory)
    {
        _file = File.OpenHandle(PathIn(directory), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        for (var slot = 0; slot < 2; slot++)
        {
            if (ReadSlot(_file, slot, out var count) is not null)
                _count = Math.Max(_count, count);
        }
    }

    public static string PathIn(string directory) => Path.Combine(directory, FileName);

    /// <summary>The newest record; null when there is no file, or none in it that can be read.</summary>
    public static SyncRecord? Read(string directory)
    {
        if (!File.Exists(PathIn(directory)))
            return null;
        using var file = File.OpenHandle(PathIn(directory), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var first = ReadSlot(file, 0, out var firstCount);
        var second = ReadSlot(file, 1, out var secondCount);
        return first is null || (second is not null && secondCount > firstCount) ? second : first;
    }

    /// <param name="durable">Has it on the disk when it returns.</param>
    public void Write(SyncRecord record, bool durable)
    {
        var slot = ++_count % 2;
        record.Write(_slot, _count);
        RandomAccess.Write(_file, _slot, slot * SyncRecord.SlotLength);
        // Room for the other slot is taken with the first.
        if (RandomAccess.GetLength(_file) < 2 * SyncRecord.SlotLength)
            RandomAccess.Write(_file, _slot, (1 - slot) * SyncRecord.SlotLength);
        if (durable)
            RandomAccess.FlushToDisk(_file);
    }

    public void Dispose() => _file.Dispose();

    private static SyncRecord? ReadSlot(SafeFileHandle file, int slot, out long count)
    {
        var bytes = new byte[SyncRecord.SlotLength];
        return RandomAccess.Read(file, bytes, slot * (long)SyncRecord.SlotLength) == bytes.Length ? SyncRecord.Read(bytes, out count) : Nothing(out count);
    }

    private static SyncRecord? Nothing(out long count)
    {
        count = 0;
        return null;
    }
}
