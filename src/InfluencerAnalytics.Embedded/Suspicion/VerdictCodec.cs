using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.Embedded.Suspicion;

/// <summary>
/// Verdicts as rows: the newest under its influencer, with its number; the flag under that number; a change under its influencer and the time before the end of all time, so that
/// the newest comes first.
/// </summary>
internal static class VerdictCodec
{
    public const int ChangeKeyLength = 16;

    public static void WriteNewest(ByteWriter to, in SuspicionVerdict verdict, long number)
    {
        to.Unsigned((ulong)number);
        to.Unsigned((ulong)verdict.CheckedAt);
        WriteNumbers(to, verdict);
    }

    public static (SuspicionVerdict Verdict, long Number) ReadNewest(long id, ReadOnlySpan<byte> from)
    {
        var number = (long)VarInt.Read(ref from);
        var checkedAt = (long)VarInt.Read(ref from);
        return (ReadNumbers(id, checkedAt, from), number);
    }

    public static void WriteFlag(ByteWriter to, in SuspicionVerdict verdict)
    {
        to.Byte(verdict.IsSuspicious ? (byte)1 : (byte)0);
        to.Unsigned((ulong)verdict.InfluencerId);
        to.Unsigned((ulong)verdict.CheckedAt);
    }

    public static SuspicionFlag ReadFlag(ReadOnlySpan<byte> from)
    {
        var isSuspicious = from[0] != 0;
        from = from[1..];
        return new SuspicionFlag((long)VarInt.Read(ref from), isSuspicious, (long)VarInt.Read(ref from));
    }

    public static void WriteChange(ByteWriter to, in SuspicionVerdict verdict) => WriteNumbers(to, verdict);

    public static SuspicionVerdict ReadChange(ReadOnlySpan<byte> key, ReadOnlySpan<byte> from) =>
        ReadNumbers(BinaryPrimitives.ReadInt64BigEndian(key), long.MaxValue - BinaryPrimitives.ReadInt64BigEndian(key[8..]), from);

    public static void WriteChangeKey(Span<byte> to, long id, long checkedAt)
    {
        BinaryPrimitives.WriteInt64BigEndian(to, id);
        BinaryPrimitives.WriteInt64BigEndian(to[8..], long.MaxValue - checkedAt);
    }

    private static void WriteNumbers(ByteWriter to, in SuspicionVerdict verdict)
    {
        to.Byte(verdict.IsSuspicious ? (byte)1 : (byte)0);
        to.Unsigned((ulong)verdict.FollowerCount);
        to.Unsigned((ulong)verdict.FollowingCount);
    }

    private static SuspicionVerdict ReadNumbers(long id, long checkedAt, ReadOnlySpan<byte> from)
    {
        var isSuspicious = from[0] != 0;
        from = from[1..];
        return new SuspicionVerdict(id, isSuspicious, checkedAt, (long)VarInt.Read(ref from), (long)VarInt.Read(ref from));
    }
}
