using InfluencerAnalytics.Client;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.HostTests.Running;
using Mockstagram.Simulator;
using Mockstagram.Simulator.Answering;
using Mockstagram.Simulator.Pacing;

namespace InfluencerAnalytics.HostTests.Processes;

/// <summary>The suspicion lane in the real program: verdicts arrive, and <c>kill -9</c> has nobody asked about twice.</summary>
[Collection(AloneCollection.Name)]
public sealed class SuspicionTests
{
    private const int Influencers = 40;
    private const long First = 1_000_000;

    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Up_KilledInTheMiddleOfItsChecks_GoesOnWithThoseThatAreLeft()
    {
        await using var provider = await SimulatorServer.StartAsync(
            new SimulatorOptions { Port = 0, Count = Influencers, SuspicionDelay = Latency.Fixed(TimeSpan.FromMilliseconds(300)) }, _cancellationToken);
        await using var up = new UpProcess(
            provider.Address, Influencers, 2, "--set", "Suspicion:ShardSize=10", "--set", "Suspicion:MaxConcurrency=2", "--set", "Suspicion:Period=1h");
        using var http = new HttpClient { BaseAddress = up.Address };
        var client = new InfluencerAnalyticsClient(http);
        await up.StartAsync(_cancellationToken);
        await Until.TrueAsync(async () => (await JudgedAsync(client)).Count >= 8, TimeSpan.FromSeconds(90), () => up.Output, _cancellationToken);
        await up.KillAsync(_cancellationToken);
        await up.StartAsync(_cancellationToken);
        var judged = await JudgedAsync(client);
        judged.Count.ShouldBeInRange(8, Influencers - 1, "all were judged before the kill, which then shows nothing");
        await Until.TrueAsync(async () => (await JudgedAsync(client)).Count == Influencers, TimeSpan.FromSeconds(90), () => up.Output, _cancellationToken);

        // Two were in flight, and the verdicts of a second were not written yet.
        provider.Stats.SuspicionChecks.ShouldBeLessThanOrEqualTo(Influencers + 12);
        var after = await JudgedAsync(client);
        foreach (var (id, before) in judged)
            after[id].CheckedAt.ShouldBe(before.CheckedAt, $"{id} was judged twice");
        (await client.GetPipelineAsync(_cancellationToken)).Queues!.ShouldContainKey("influencer_suspicion_checks");
        await Until.TrueAsync(
            async () => (await client.GetInfluencerAsync(First, _cancellationToken)).Suspicious == after[First].Suspicious, TimeSpan.FromSeconds(30), () => up.Output, _cancellationToken);
    }

    private async Task<Dictionary<long, ProviderSuspicion>> JudgedAsync(InfluencerAnalyticsClient client)
    {
        var judged = new Dictionary<long, ProviderSuspicion>();
        for (var id = First; id < First + Influencers; id++)
        {
            var provider = (await client.GetSuspicionAsync(id, _cancellationToken)).Provider;
            if (provider.Suspicious is not null)
                judged[id] = provider;
        }
        return judged;
    }
}
