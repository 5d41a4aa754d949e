using System.Runtime.InteropServices;

namespace InfluencerAnalytics.Embedded.Influencers;

/// <summary>
/// Tells whether a username changed without keeping it in memory. The same in every process, since it is stored. A change is overlooked
/// once in 4 billion; the next one is seen.
/// </summary>
internal static class NameHash
{
    /// <summary>Never 0, which means that no name is known.</summary>
    public static uint Of(string name)
    {
        var hash = 0x9E3779B97F4A7C15UL ^ (ulong)name.Length;
        var words = MemoryMarshal.Cast<char, ulong>(name.AsSpan());
        foreach (var word in words)
            hash = Mix(hash, word);
        foreach (var c in name.AsSpan(words.Length * 4))
            hash = Mix(hash, c);
        var folded = (uint)(hash >> 32);
        return folded == 0 ? 1 : folded;
    }

    private static ulong Mix(ulong hash, ulong word)
    {
        hash = unchecked((hash ^ word) * 0xFF51AFD7ED558CCDUL);
        return hash ^ (hash >> 29);
    }
}
