namespace InfluencerAnalytics.HostTests.Running;

/// <summary>Tests that watch what processes do in real time: one after the other, and nothing else beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessCollection
{
    public const string Name = "processes";
}
