namespace Mockstagram.Simulator.Walks;

/// <summary>
/// Random numbers by position instead of by state: the same (seed, stream, position) always gives the same number, so
/// one account's readings do not depend on the order in which others are asked. The mixing is SplitMix64's.
/// </summary>
internal static class CounterRandom
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    /// <summary>2^-53: the spacing of the doubles that have all their 53 bits random.</summary>
    private const double Spacing = 1.0 / (1UL << 53);

    /// <summary>The key of one stream, such as one account, under a seed.</summary>
    public static ulong Key(long seed, long stream) => Mix(Mix((ulong)seed + Increment) + (ulong)stream * Increment);

    /// <summary>64 random bits for a position of a stream.</summary>
    public static ulong Bits(ulong key, long position) => Mix(key + ((ulong)position + 1) * Increment);

    /// <summary>A number from 0 up to but not including 1.</summary>
    public static double Unit(ulong bits) => (bits >> 11) * Spacing;

    /// <summary>A number from 0 up to but not including 1, for a position of a stream.</summary>
    public static double Unit(ulong key, long position) => Unit(Bits(key, position));

    /// <summary>Two independent standard normal numbers for a position of a stream (Box-Muller).</summary>
    public static (double First, double Second) Normals(ulong key, long position)
    {
        var bits = Bits(key, position);
        // 1 - u is never 0, so the logarithm is finite.
        var radius = Math.Sqrt(-2 * Math.Log(1 - Unit(bits)));
        var (sin, cos) = Math.SinCos(2 * Math.PI * Unit(Mix(bits + Increment)));
        return (radius * cos, radius * sin);
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
