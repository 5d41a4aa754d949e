using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.Embedded.Suspicion;

/// <summary>Watches as rows under their influencer: round, hours since and until, when they were folded, and the state as it comes.</summary>
internal static class WatchCodec
{
    private const long HourMs = 3_600_000;

    public static void Write(ByteWriter to, KeptWatch watch)
    {
        to.Unsigned((ulong)watch.Round);
        to.Unsigned((ulong)(watch.Since / HourMs));
        to.Unsigned((ulong)(watch.Until / HourMs));
        to.Unsigned((ulong)watch.ComputedAt);
        to.Bytes(watch.State);
    }

    public static KeptWatch Read(long id, ReadOnlySpan<byte> from)
    {
        var (round, since) = ((int)VarInt.Read(ref from), (long)VarInt.Read(ref from) * HourMs);
        var (until, computedAt) = ((long)VarInt.Read(ref from) * HourMs, (long)VarInt.Read(ref from));
        return new KeptWatch(id, round, since, until, computedAt, from.ToArray());
    }

    /// <summary>The <see cref="KeptWatch.Until"/> of a row.</summary>
    public static long ReadUntil(ReadOnlySpan<byte> from)
    {
        VarInt.Read(ref from);
        VarInt.Read(ref from);
        return (long)VarInt.Read(ref from) * HourMs;
    }
}
