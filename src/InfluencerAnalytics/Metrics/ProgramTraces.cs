using System.Diagnostics;

namespace InfluencerAnalytics.Metrics;

/// <summary>
/// The source of all spans of this program: one for each visit of a shard and one for the write of what it read, never one for a request. It costs nothing while nobody listens.
/// </summary>
public static class ProgramTraces
{
    /// <summary>The source's name: that of the meter.</summary>
    public const string Name = ProgramMeter.Name;

    internal static readonly ActivitySource Source = new(Name);
}
