using System.Globalization;

namespace InfluencerAnalytics.Benchmarks.Running;

/// <summary>What all cores together have done since the machine's start, in the kernel's units (the first line of /proc/stat, see proc(5)).</summary>
internal readonly record struct MachineTime(long Idle, long All)
{
    public static MachineTime Now()
    {
        // user, nice, system, idle, iowait, irq, softirq, steal; guest time is within user's.
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToList();
        return new MachineTime(fields[3] + fields[4], fields.Sum());
    }

    /// <summary>The share of all cores that was not idle.</summary>
    public double BusySince(MachineTime before) => 1 - (double)(Idle - before.Idle) / (All - before.All);
}
