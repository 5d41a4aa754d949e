using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Pipeline.Roster;

/// <summary>What a fetcher has done about the roster, beside fetching.</summary>
[Collection(FakeClock.Name)]
public sealed class RosterWorkersTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Additions_StoreAwayForLong_AreOneTroubleUntilTheyAreAdded()
    {
        await using var deployment = new Deployment();
        var additions = new RosterAdditions(deployment.Queues, deployment.Roster, deployment.Health, deployment.Time, deployment.Logs.For<RosterAdditions>());
        await deployment.StartAsync(additions);
        deployment.Store.IsAway = true;
        await deployment.Queues.Shards.SendTextAsync("""{"influencer_id":1000001}""");
        var messages = await deployment.Queues.Shards.ReceiveAsync(10, TimeSpan.FromHours(1), TimeSpan.Zero, TestContext.Current.CancellationToken);
        additions.Take(messages.ShouldHaveSingleItem(), 1_000_001);
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        for (var second = 0; second < 60; second++)
        {
            await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100));
            deployment.Health.Problems(Silence).ShouldHaveSingleItem().ShouldStartWith("roster additions: ");
        }
        deployment.Logs.Warnings.Count(line => line.StartsWith("roster additions", StringComparison.Ordinal)).ShouldBe(1);

        deployment.Store.IsAway = false;
        await deployment.Time.AdvanceUntilAsync(() => deployment.Health.Problems(Silence).Count == 0, TimeSpan.FromSeconds(10));
        deployment.Store.Roster.ShouldContain(1_000_001);
        deployment.Queues.Shards.Bodies.Count.ShouldBe(deployment.Shards().Count, "the addition is gone");
    }

    [Fact]
    public async Task SeedingRequest_StoppedRightAfterABurial_IsMade()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1);
        using var request = new SeedingRequest(
            deployment.Store, new DeploymentInterval(deployment.Store, deployment.Time), deployment.Health, deployment.Time, deployment.Logs.For<SeedingRequest>());
        await deployment.StartAsync(request);
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(3.5));
        request.Note();
        await deployment.Time.WithClockAsync(Task.Run(() => request.StopAsync(CancellationToken.None), CancellationToken.None), TimeSpan.FromSeconds(10));
        (await deployment.Store.ReadGenerationsAsync(CancellationToken.None)).IsRequested.ShouldBeTrue();
    }
}
