using System.Buffers.Binary;
using System.Numerics;

namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>CRC-32C (Castagnoli), as RocksDB has it over its records, by the processor's own instruction. System.IO.Hashing has it from version 11 on, which is not of this framework.</summary>
internal static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Append(uint.MaxValue, bytes);

    // RocksDB, util/crc32c.h: a checksum that is stored among the data that it covers is rotated and moved by a constant.
    public static uint Mask(uint crc) => BitOperations.RotateRight(crc, 15) + 0xa282ead8u;

    private static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return crc;
    }
}
