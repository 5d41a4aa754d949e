using System.Buffers;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Postgres.Latest;

/// <summary>
/// Packs the latest data points of one slot: of each, the step from the id before, the counts, milliseconds from the slot to its reading, and the status; as numbers of seven bits a
/// byte, the least first (LEB128), signed ones folded so that small ones stay short.
/// </summary>
internal static class ChangeCodec
{
    public static byte[] Pack(ReadOnlySpan<LatestPoint> points)
    {
        var into = new ArrayBufferWriter<byte>(points.Length * 12 + 16);
        var before = 0L;
        foreach (ref readonly var point in points)
        {
            Write(into, Fold(point.InfluencerId - before));
            Write(into, (ulong)point.FollowerCount);
            Write(into, (ulong)point.FollowingCount);
            Write(into, Fold(point.RetrievedAt - point.Slot));
            Write(into, (ulong)point.Status);
            before = point.InfluencerId;
        }
        return into.WrittenSpan.ToArray();
    }

    public static LatestPoint[] Unpack(ReadOnlySpan<byte> body, int count, long slot)
    {
        var points = new LatestPoint[count];
        var before = 0L;
        for (var i = 0; i < count; i++)
        {
            before += Unfold(Read(ref body));
            var (followers, following) = ((long)Read(ref body), (long)Read(ref body));
            points[i] = new LatestPoint(before, followers, following, slot, slot + Unfold(Read(ref body)), (InfluencerStatus)Read(ref body));
        }
        return points;
    }

    private static ulong Fold(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static long Unfold(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static void Write(ArrayBufferWriter<byte> into, ulong value)
    {
        var span = into.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
            span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        into.Advance(length);
    }

    private static ulong Read(ref ReadOnlySpan<byte> from)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var one = from[0];
            from = from[1..];
            value |= (ulong)(one & 0x7F) << shift;
            if (one < 0x80)
                return value;
        }
    }
}
