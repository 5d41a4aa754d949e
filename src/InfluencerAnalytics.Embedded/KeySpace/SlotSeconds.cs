using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded.KeySpace;

/// <summary>Times as keys say them: whole seconds since 1970, in 32 bits.</summary>
internal static class SlotSeconds
{
    private const long MaxSlotMs = uint.MaxValue * 1000L;

    /// <summary>A slot as it is kept.</summary>
    /// <exception cref="StoreRefusedException">It is not a whole second from 1970 to 2106.</exception>
    public static uint Of(long slot)
    {
        if (slot <= 0 || slot > MaxSlotMs || slot % 1000 != 0)
            throw new StoreRefusedException($"{slot} is not a slot: a whole second from 1970 to 2106, in epoch milliseconds.");
        return (uint)(slot / 1000);
    }

    /// <summary>The first second at or after a moment, kept within what a key can say.</summary>
    public static uint Ceiling(long ms) => (uint)Math.Clamp(ms <= 0 ? 0 : (ms - 1) / 1000 + 1, 0, uint.MaxValue);

    /// <summary>The last second at or before a moment, kept within what a key can say.</summary>
    public static uint Floor(long ms) => (uint)Math.Clamp(ms <= 0 ? 0 : ms / 1000, 0, uint.MaxValue);
}
