using System.Runtime.InteropServices;

namespace InfluencerAnalytics.Embedded.Configuration;

/// <summary>
/// Keeps glibc from giving each thread that touches RocksDB an arena of its own (eight per core by default), where freed blocks
/// and memtables stay as resident memory that no other thread uses.
/// </summary>
internal static partial class NativeMemoryTuning
{
    // malloc.h of glibc
    private const int ArenaMax = -8;

    private static int _applied;

    public static void Apply()
    {
        if (!OperatingSystem.IsLinux() || Interlocked.Exchange(ref _applied, 1) == 1)
            return;
        try
        {
            _ = mallopt(ArenaMax, 2);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library, with another allocator: nothing to tune.
        }
    }

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}
