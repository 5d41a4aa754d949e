using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>The queues of a deployment, in memory.</summary>
internal sealed class FakeQueues(TimeProvider timeProvider, TimeSpan? granularity = null) : IMessageQueues
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    public FakeQueue Shards { get; } = new(QueueNames.InfluencerIdStore, timeProvider) { VisibilityGranularity = granularity ?? Millisecond };

    public FakeQueue Points { get; } = new(QueueNames.InfluencerDataPoints, timeProvider) { VisibilityGranularity = granularity ?? Millisecond };

    public bool AreAway
    {
        set => Shards.IsAway = Points.IsAway = value;
    }

    public IMessageQueue Get(string name) => name == QueueNames.InfluencerIdStore ? Shards : Points;
}
