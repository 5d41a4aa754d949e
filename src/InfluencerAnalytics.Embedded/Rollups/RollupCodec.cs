using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Embedded.Rollups;

/// <summary>How roll-ups lie in the database: under the key of a point whose slot is the bucket's start.</summary>
internal static class RollupCodec
{
    private const byte ImportedFlag = 1;

    public static void Write(ByteWriter to, in Rollup rollup, bool imported)
    {
        to.Byte(imported ? ImportedFlag : (byte)0);
        to.Unsigned((ulong)rollup.Count);
        WriteColumn(to, rollup.Followers);
        WriteColumn(to, rollup.Following);
    }

    public static bool IsImported(ReadOnlySpan<byte> value) => (value[0] & ImportedFlag) != 0;

    public static Rollup Read(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, RollupPeriod period)
    {
        value = value[1..];
        var count = (int)VarInt.Read(ref value);
        var followers = ReadColumn(ref value);
        var following = ReadColumn(ref value);
        return new Rollup(SeriesKey.ReadId(key), period, SeriesKey.ReadSeconds(key) * 1000L, count, followers, following);
    }

    // Max, first and last lie close above the minimum: their distances are short numbers.
    private static void WriteColumn(ByteWriter to, in RollupColumn column)
    {
        to.Signed(column.Sum);
        to.Signed(column.Min);
        to.Signed(column.Max - column.Min);
        to.Signed(column.First - column.Min);
        to.Signed(column.Last - column.Min);
    }

    private static RollupColumn ReadColumn(ref ReadOnlySpan<byte> from)
    {
        var sum = VarInt.ReadSigned(ref from);
        var min = VarInt.ReadSigned(ref from);
        return new RollupColumn(sum, min, min + VarInt.ReadSigned(ref from), min + VarInt.ReadSigned(ref from), min + VarInt.ReadSigned(ref from));
    }
}
