using InfluencerAnalytics.Host.Reporting;
using InfluencerAnalytics.Host.Status;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Status;

[Collection(FakeClock.Name)]
public sealed class SummaryReporterTests
{
    [Fact]
    public async Task Run_WorkerUnreadyForLong_IsToldOnceAndWhenItIsOver()
    {
        await using var deployment = new Deployment();
        var logs = new ListLogger();
        var readiness = new ProcessReadiness(deployment.Health, deployment.Store, deployment.Metrics);
        var own = new OwnProcess(ProcessIdentity.New("seeder", deployment.Time), readiness, deployment.Metrics, deployment.NewerMessages);
        var report = new PipelineReport(
            new StoreMetrics(deployment.Store), new SlotMetrics(deployment.Store, deployment.Store, deployment.Store, deployment.Time), new QueueMetrics(deployment.Queues, deployment.Queues, deployment.Time),
            new DeploymentProcesses(own, deployment.Store), deployment.Time);
        await deployment.StartAsync(new SummaryReporter(report, readiness, deployment.Health, deployment.Time, logs.For<SummaryReporter>()));
        deployment.Health.Ready("dead worker");
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1));
        logs.Warnings.ShouldHaveSingleItem().ShouldStartWith("dead worker: has not reported for ");
        deployment.Health.Remove("dead worker");
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));
        logs.Messages.Count(line => line.StartsWith("Every worker is well again", StringComparison.Ordinal)).ShouldBe(1);
        logs.Messages.Count.ShouldBeGreaterThan(25, "the summary itself comes every time");
    }
}
