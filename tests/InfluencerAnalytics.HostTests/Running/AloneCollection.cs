namespace InfluencerAnalytics.HostTests.Running;

/// <summary>Tests that measure what the program manages, or that want the very next slot of 2 s to be whole: one after the other, and nothing else beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
