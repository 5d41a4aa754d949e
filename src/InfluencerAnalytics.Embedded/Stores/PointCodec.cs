using System.Buffers.Binary;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>How data points lie in the database: under the id and the slot, both big-endian so that an influencer's history is one range.</summary>
internal static class PointCodec
{
    /// <summary>8 bytes of id, 4 of slot in seconds.</summary>
    public const int KeyLength = 12;

    public const int MaxValueLength = 3 * VarInt.MaxLength;

    private const long MaxSlotMs = uint.MaxValue * 1000L;

    public static void WriteKey(Span<byte> to, long id, uint slotSeconds)
    {
        BinaryPrimitives.WriteInt64BigEndian(to, id);
        BinaryPrimitives.WriteUInt32BigEndian(to[8..], slotSeconds);
    }

    public static long ReadId(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadInt64BigEndian(key);

    public static uint ReadSeconds(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadUInt32BigEndian(key[8..]);

    /// <summary>Followers, following, and when it was read as the distance from the slot.</summary>
    public static int WriteValue(Span<byte> to, in DataPoint point, long slot)
    {
        var n = VarInt.Write(to, (ulong)point.FollowerCount);
        n += VarInt.Write(to[n..], (ulong)point.FollowingCount);
        return n + VarInt.WriteSigned(to[n..], point.RetrievedAt - slot);
    }

    public static DataPoint Read(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, string username)
    {
        var slot = ReadSeconds(key) * 1000L;
        var followers = (long)VarInt.Read(ref value);
        var following = (long)VarInt.Read(ref value);
        return new DataPoint(ReadId(key), followers, following, slot, slot + VarInt.ReadSigned(ref value), username);
    }

    public static void ReadCounts(ReadOnlySpan<byte> value, out long followers, out long following)
    {
        followers = (long)VarInt.Read(ref value);
        following = (long)VarInt.Read(ref value);
    }

    /// <summary>A slot as it is kept.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not a whole second from 1970 to 2106.</exception>
    public static uint ToSeconds(long slot)
    {
        if (slot <= 0 || slot > MaxSlotMs || slot % 1000 != 0)
            throw new ArgumentOutOfRangeException(nameof(slot), slot, "A slot is a whole second from 1970 to 2106, in epoch milliseconds.");
        return (uint)(slot / 1000);
    }

    /// <summary>The first second at or after a moment, kept within what a key can say.</summary>
    public static uint CeilingSeconds(long ms) => (uint)Math.Clamp(ms <= 0 ? 0 : (ms - 1) / 1000 + 1, 0, uint.MaxValue);

    /// <summary>The last second at or before a moment, kept within what a key can say.</summary>
    public static uint FloorSeconds(long ms) => (uint)Math.Clamp(ms <= 0 ? 0 : ms / 1000, 0, uint.MaxValue);
}
