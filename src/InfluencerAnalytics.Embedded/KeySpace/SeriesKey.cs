using System.Buffers.Binary;

namespace InfluencerAnalytics.Embedded.KeySpace;

/// <summary>The key of what is kept of an influencer at a time: its id and a second, both big-endian so that an influencer's history is one range.</summary>
internal static class SeriesKey
{
    /// <summary>8 bytes of id, 4 of seconds.</summary>
    public const int Length = 12;

    public static void Write(Span<byte> to, long id, uint seconds)
    {
        BinaryPrimitives.WriteInt64BigEndian(to, id);
        BinaryPrimitives.WriteUInt32BigEndian(to[8..], seconds);
    }

    public static long ReadId(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadInt64BigEndian(key);

    public static uint ReadSeconds(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadUInt32BigEndian(key[8..]);
}
