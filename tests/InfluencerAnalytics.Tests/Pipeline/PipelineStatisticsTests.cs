using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Pipeline;

public sealed class PipelineStatisticsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Statistics_Counts_AreInTheSnapshot()
    {
        var statistics = new PipelineStatistics(_time);
        statistics.Snapshot().LagSeconds.ShouldBeNull();
        statistics.Fetched(5);
        statistics.AttemptFailed(MissReason.Timeout);
        statistics.StoredPoints(3, 2, 1, 1.5);
        statistics.DeadLettered(4);
        statistics.Snapshot().ShouldSatisfyAllConditions(
            snapshot => snapshot.Fetched.ShouldBe(5),
            snapshot => snapshot.FailedAttempts.ShouldBe(new Dictionary<MissReason, long> { [MissReason.Timeout] = 1 }),
            snapshot => snapshot.Stored.ShouldBe(3),
            snapshot => snapshot.Duplicates.ShouldBe(2),
            snapshot => snapshot.Expired.ShouldBe(1),
            snapshot => snapshot.DeadLettered.ShouldBe(4),
            snapshot => snapshot.LagSeconds.ShouldBe(1.5));
    }
}
