using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace InfluencerAnalytics.Embedded.Influencers;

/// <summary>
/// Tells whether a username changed without keeping it in memory. The same in every process, since it is stored: another hash is another format
/// of the directory. A change is overlooked once in 4 billion; the next one is seen.
/// </summary>
internal static class NameHash
{
    /// <summary>Never 0, which means that no name is known.</summary>
    public static uint Of(string name)
    {
        var folded = (uint)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(name.AsSpan()));
        return folded == 0 ? 1 : folded;
    }
}
