using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.RocksDb;

namespace InfluencerAnalytics.Embedded.Files;

/// <summary>What a sync had confirmed: what must be readable at the next start, whatever happened to the process or the power.</summary>
/// <param name="Manifest">The number of the manifest in use.</param>
/// <param name="ManifestBytes">How much of it was on the disk.</param>
/// <param name="Logs">The logs that were there, oldest first.</param>
internal sealed record SyncRecord(long Manifest, long ManifestBytes, IReadOnlyList<SyncedLog> Logs)
{
    /// <summary>Older logs beyond so many are left to RocksDB, which keeps the sizes of closed ones in its manifest.</summary>
    private const int MaxLogs = 100;

    private const int HeaderLength = 36;
    private const int EntryLength = 32;

    public const int SlotLength = 4096;

    public void Write(Span<byte> slot, long count)
    {
        slot.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(slot[4..], count);
        BinaryPrimitives.WriteInt64LittleEndian(slot[12..], Manifest);
        BinaryPrimitives.WriteInt64LittleEndian(slot[20..], ManifestBytes);
        var skipped = Math.Max(0, Logs.Count - MaxLogs);
        BinaryPrimitives.WriteInt64LittleEndian(slot[28..], Logs.Count - skipped);
        var at = HeaderLength;
        foreach (var log in Logs.Skip(skipped))
        {
            BinaryPrimitives.WriteInt64LittleEndian(slot[at..], log.Number);
            BinaryPrimitives.WriteInt64LittleEndian(slot[(at + 8)..], log.Bytes);
            BinaryPrimitives.WriteInt64LittleEndian(slot[(at + 16)..], log.FirstChange);
            BinaryPrimitives.WriteInt64LittleEndian(slot[(at + 24)..], log.NextChange);
            at += EntryLength;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(slot, Crc32C.Of(slot[4..SlotLength]));
    }

    /// <summary>Null for one that was not wholly written, or was damaged since.</summary>
    public static SyncRecord? Read(ReadOnlySpan<byte> slot, out long count)
    {
        count = 0;
        if (slot.Length < SlotLength || BinaryPrimitives.ReadUInt32LittleEndian(slot) != Crc32C.Of(slot[4..SlotLength]))
            return null;
        count = BinaryPrimitives.ReadInt64LittleEndian(slot[4..]);
        var logs = new SyncedLog[BinaryPrimitives.ReadInt64LittleEndian(slot[28..])];
        for (var i = 0; i < logs.Length; i++)
        {
            var entry = slot.Slice(HeaderLength + i * EntryLength, EntryLength);
            logs[i] = new SyncedLog(
                BinaryPrimitives.ReadInt64LittleEndian(entry), BinaryPrimitives.ReadInt64LittleEndian(entry[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(entry[16..]), BinaryPrimitives.ReadInt64LittleEndian(entry[24..]));
        }

        return new SyncRecord(BinaryPrimitives.ReadInt64LittleEndian(slot[12..]), BinaryPrimitives.ReadInt64LittleEndian(slot[20..]), logs);
    }
}

/// <param name="Number">In the file's name.</param>
/// <param name="Bytes">How many were on the disk, to the end of a record.</param>
/// <param name="FirstChange">The sequence number of its first change.</param>
/// <param name="NextChange">The sequence number after the last change in those bytes; 0 when there is none.</param>
internal readonly record struct SyncedLog(long Number, long Bytes, long FirstChange, long NextChange)
{
    public long Changes => NextChange == 0 ? 0 : NextChange - FirstChange;
}
