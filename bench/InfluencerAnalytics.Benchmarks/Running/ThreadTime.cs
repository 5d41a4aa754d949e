using System.Runtime.InteropServices;

namespace InfluencerAnalytics.Benchmarks.Running;

/// <summary>The processor time of the calling thread (clock_gettime(2)): what else the machine does is not in it.</summary>
internal static partial class ThreadTime
{
    private const int ThreadCpuClock = 3;

    public static double Nanoseconds => Read(ThreadCpuClock, out var time) == 0 ? time.Seconds * 1e9 + time.Nanoseconds : throw new NotSupportedException("No clock of threads.");

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Read(int clock, out Time time);

    private readonly record struct Time(long Seconds, long Nanoseconds);
}
