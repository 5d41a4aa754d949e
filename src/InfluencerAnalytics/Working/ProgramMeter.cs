namespace InfluencerAnalytics.Working;

/// <summary>
/// The meter of all that this program counts and measures. Its instruments lie with the parts that have the figures; the API, the live status and any exporter read the same ones.
/// Names and units are those of OpenTelemetry: namespaces apart by dots, the unit beside the name and not in it.
/// </summary>
public static class ProgramMeter
{
    /// <summary>The meter's name, and what the names of its instruments begin with.</summary>
    public const string Name = "influencer_analytics";
}
