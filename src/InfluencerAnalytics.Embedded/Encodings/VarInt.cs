namespace InfluencerAnalytics.Embedded.Encodings;

/// <summary>Little-endian base-128 integers, and zigzag for signed ones (as in Protocol Buffers, "Encoding").</summary>
internal static class VarInt
{
    public const int MaxLength = 10;

    public static int Write(Span<byte> to, ulong value)
    {
        var i = 0;
        while (value >= 0x80)
        {
            to[i++] = (byte)(value | 0x80);
            value >>= 7;
        }

        to[i++] = (byte)value;
        return i;
    }

    public static int WriteSigned(Span<byte> to, long value) => Write(to, ZigZag(value));

    /// <summary>Reads one and moves the span behind it.</summary>
    /// <exception cref="InvalidDataException">The bytes end within it.</exception>
    public static ulong Read(ref ReadOnlySpan<byte> from)
    {
        ulong value = 0;
        for (int i = 0, shift = 0; i < from.Length && shift < 64; i++, shift += 7)
        {
            var b = from[i];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                from = from[(i + 1)..];
                return value;
            }
        }

        throw new InvalidDataException("A stored record ends within a number.");
    }

    public static long ReadSigned(ref ReadOnlySpan<byte> from)
    {
        var value = Read(ref from);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));
}
