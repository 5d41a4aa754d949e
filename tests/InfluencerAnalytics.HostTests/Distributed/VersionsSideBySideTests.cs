using System.Text.Json.Nodes;
using InfluencerAnalytics.ContractTests.Postgres;
using InfluencerAnalytics.ContractTests.Sqs;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.HostTests.Distributed;

/// <summary>
/// The middle of a rolling upgrade: messages of the next version among those of this one, in both queues. What this version can read is read, fields that it does not know
/// or not; what it cannot stays for the next one, and holds up nobody.
/// </summary>
public sealed class VersionsSideBySideTests(PlainPostgres postgres, SqsServer sqs) : IClassFixture<PlainPostgres>, IClassFixture<SqsServer>
{
    private const int Influencers = 200;
    private const int IntervalSeconds = 5;

    // Known to the provider and not on the roster: what is stored of one says which message was read.
    private const int OfRetry = Deployment.FirstId + Influencers;
    private const int OfPoints = OfRetry + 1;
    private const int OfNewShard = OfRetry + 2;
    private const int OfNewRetry = OfRetry + 3;
    private const int OfNewPoints = OfRetry + 4;

    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_OfTheNextVersion_AreReadWhereTheyCanBeAndElseLeft()
    {
        await using var deployment = await Deployment.CreateAsync(postgres, sqs, Influencers + 5, IntervalSeconds, _cancellationToken);
        using var next = new NextVersion(sqs.Url, deployment.QueuePrefix);
        await deployment.PrepareAsync(_cancellationToken);
        deployment.Start("seeder", "seeder");
        deployment.Start("serve", "serve", "--listen", deployment.Listen);
        var ingest = deployment.Start("ingest", "ingest");
        await deployment.TrackAsync(Influencers, _cancellationToken);
        // Before there is a fetcher, so that every shard that it ever sees is one of the next version's.
        await next.RewriteShardsAsync(Influencers, TimeSpan.FromSeconds(IntervalSeconds + 2), _cancellationToken);
        await next.SendAsync(QueueNames.InfluencerIdStore, _cancellationToken, Shard(OfNewShard), """{"v":2,"generation":1,"packed":"…"}""");
        var fetch = deployment.Start("fetch", "fetch");
        await deployment.WholeSlotAsync(Influencers, 0, TimeSpan.FromSeconds(90), _cancellationToken);

        await SendRetriesAndPointsAsync(next);
        await OthersAreStoredAsync(deployment);
        await NewerOnesAreShownAsync(deployment, fetch, ingest);
        // Three leases later they are where they were, and still nobody is held up by them.
        await deployment.WholeSlotAsync(Influencers, Deployment.NowMs + 3 * (long)Deployment.Lease.TotalMilliseconds, TimeSpan.FromSeconds(90), _cancellationToken);
        await deployment.RunAsync(["seed", "--url", deployment.Listen], _cancellationToken);
        await NothingElseIsWrongAsync(deployment);
        await NextVersionTakesThemAsync(deployment, next, fetch, ingest);
    }

    // One of each that this version can read, and one that it cannot.
    private async Task SendRetriesAndPointsAsync(NextVersion next)
    {
        var now = Deployment.NowMs;
        await next.SendAsync(QueueNames.InfluencerIdStore, _cancellationToken, Retry(1, OfRetry, now), Retry(2, OfNewRetry, now));
        await next.SendAsync(QueueNames.InfluencerDataPoints, _cancellationToken, Points(1, OfPoints, now), Points(2, OfNewPoints, now), """{"v":3,"block":{"points":7}}""");
    }

    private async Task OthersAreStoredAsync(Deployment deployment)
    {
        HashSet<long> stored = [];
        await deployment.TriedAsync(
            async () => (stored = await StoredAsync(deployment)).IsSupersetOf([OfRetry, OfPoints]), TimeSpan.FromSeconds(30), "Messages with fields that are not known are not read.",
            _cancellationToken, () => $"Beyond the roster there are {string.Join(", ", stored.Where(static id => id >= OfRetry))}.");
    }

    private async Task NewerOnesAreShownAsync(Deployment deployment, RoleProcess fetch, RoleProcess ingest)
    {
        await deployment.TriedAsync(
            async () => await CountsAsync(deployment) == (3, 2), TimeSpan.FromSeconds(40), "The pipeline does not say how many are of a newer version.", _cancellationToken);
        (await deployment.RunAsync(["status", "--url", deployment.Listen], _cancellationToken)).ShouldContain("3 messages in influencer_id_store are of a newer version");
        (await MetricsAsync(fetch)).ShouldMatch("""(?m)^influencer_analytics_queue_newer_version\{[^}]*queue="influencer_id_store"[^}]*\} 3\b""");
        (await MetricsAsync(ingest)).ShouldMatch("""(?m)^influencer_analytics_queue_newer_version\{[^}]*queue="influencer_data_points"[^}]*\} 2\b""");
        fetch.Output.ShouldContain("Messages of version 2 in influencer_id_store are left to a newer program");
        ingest.Output.ShouldContain("in influencer_data_points are left to a newer program");
    }

    private async Task NothingElseIsWrongAsync(Deployment deployment)
    {
        await deployment.WholeSlotAsync(Influencers, Deployment.NowMs, TimeSpan.FromSeconds(90), _cancellationToken);
        (await StoredAsync(deployment)).ShouldNotContain(id => id == OfNewShard || id == OfNewRetry || id == OfNewPoints);
        var pipeline = await deployment.Client.GetPipelineAsync(_cancellationToken);
        foreach (var (queue, depth) in pipeline.Queues.ShouldNotBeNull(pipeline.QueueProblem))
            depth.Dead.ShouldBe(0, $"dead letters of {queue}");
    }

    // Frozen, the processes of today do not compete for them: what is asked is when they are there at the latest.
    private async Task NextVersionTakesThemAsync(Deployment deployment, NextVersion next, RoleProcess fetch, RoleProcess ingest)
    {
        fetch.Freeze();
        var shards = await next.TakeAsync(QueueNames.InfluencerIdStore, 3, TimeSpan.FromSeconds(IntervalSeconds), _cancellationToken);
        fetch.Thaw();
        shards.ShouldAllBe(message => message.ReceiveCount > 3);
        ingest.Freeze();
        // A poll that it had begun may have taken one more.
        var points = await next.TakeAsync(QueueNames.InfluencerDataPoints, 2, Deployment.Lease + TimeSpan.FromSeconds(5), _cancellationToken);
        ingest.Thaw();
        points.ShouldAllBe(message => message.ReceiveCount > 2);

        await deployment.TriedAsync(
            async () => await CountsAsync(deployment) == (0, 0), TimeSpan.FromSeconds(90), "What was taken is still counted.", _cancellationToken);
        await fetch.LineAsync("No messages of a newer version are left in influencer_id_store", _cancellationToken);
        await ingest.LineAsync("No messages of a newer version are left in influencer_data_points", _cancellationToken);
        await deployment.WholeSlotAsync(Influencers, Deployment.NowMs, TimeSpan.FromSeconds(90), _cancellationToken);
    }

    private async Task<(long Shards, long Points)> CountsAsync(Deployment deployment)
    {
        var queues = (await deployment.Client.GetPipelineAsync(_cancellationToken)).Queues;
        return queues is null ? (-1, -1) : (queues[QueueNames.InfluencerIdStore].NewerVersion, queues[QueueNames.InfluencerDataPoints].NewerVersion);
    }

    private async Task<string> MetricsAsync(RoleProcess process)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(await process.HealthAsync(_cancellationToken), "/metrics"), _cancellationToken);
    }

    private async Task<HashSet<long>> StoredAsync(Deployment deployment) => [.. (await deployment.StoredAsync(_cancellationToken)).Select(static point => point.Id)];

    private static long SlotAt(long now) => now / (IntervalSeconds * 1000) * IntervalSeconds * 1000;

    private static string Shard(long id) => NextVersion.Extend(new JsonObject
    {
        ["v"] = 2,
        ["generation"] = 1,
        ["shard"] = 0,
        ["shards"] = 1,
        ["interval"] = IntervalSeconds,
        ["ids"] = new JsonArray(id),
    }).ToJsonString();

    private static string Retry(int version, long id, long now) => NextVersion.Extend(new JsonObject
    {
        ["v"] = version,
        ["retry"] = new JsonObject { ["slot"] = SlotAt(now), ["until"] = now + IntervalSeconds * 1000, ["attempt"] = 2, ["reason"] = "of tomorrow", ["host"] = "a" },
        ["interval"] = IntervalSeconds,
        ["ids"] = new JsonArray(id),
    }).ToJsonString();

    private static string Points(int version, long id, long now) => NextVersion.Extend(new JsonObject
    {
        ["v"] = version,
        ["slot"] = SlotAt(now),
        ["interval"] = IntervalSeconds,
        ["points"] = new JsonArray(new JsonArray(id, 10, 5, now, "name", new JsonArray(1, new JsonArray(2)), new JsonObject { ["posts"] = 7 })),
        ["missed"] = new JsonArray(new JsonArray(id, "of tomorrow", 3)),
    }).ToJsonString();
}
