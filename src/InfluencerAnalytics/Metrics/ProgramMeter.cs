namespace InfluencerAnalytics.Metrics;

/// <summary>
/// The meter of all that this program counts and measures. Its instruments lie with the parts that have the figures: of the pipeline in <c>PipelineMetrics</c>, of slots and roster in
/// <c>SlotMetrics</c>, of queues in <c>QueueMetrics</c>, of the store in <c>StoreMetrics</c>; the others where they are made with this name. The API, the live status and any exporter read
/// the same ones, and each is told of in docs/operations.md.
/// Names and units are those of OpenTelemetry: namespaces apart by dots, the unit beside the name and not in it.
/// </summary>
public static class ProgramMeter
{
    /// <summary>The meter's name, and what the names of its instruments begin with.</summary>
    public const string Name = "influencer_analytics";
}
