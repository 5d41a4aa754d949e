using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Pipeline.Holds;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Pipeline.Suspicion;
using InfluencerAnalytics.Pipeline.Suspicion.Seeding;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>One process in the role of the classifier, and what seeds its shards, on the parts of a <see cref="Deployment"/>.</summary>
internal sealed class ClassifierProcess : IAsyncDisposable
{
    private readonly Deployment _deployment;
    private readonly CheckVisits _visits;
    private readonly CheckGate _gate;
    private readonly List<BackgroundService> _services;
    private bool _isRunning;

    public ClassifierProcess(Deployment deployment, ScriptedSuspicion provider, SuspicionOptions? options = null, SuspicionLane? lane = null)
    {
        var (time, queues, store) = (deployment.Time, deployment.Queues, deployment.Store);
        _deployment = deployment;
        Options = options ?? new SuspicionOptions { ShardSize = 2 };
        Health = new WorkerHealth(time);
        Metrics = new SuspicionMetrics(time);
        NewerMessages = new NewerMessages(time);
        _gate = new CheckGate(provider, Options, Metrics, time, deployment.Logs.For<CheckGate>());
        var seeding = new SeedingRequest(store, new DeploymentInterval(store, time), Health, time, NullLogger<SeedingRequest>.Instance);
        var patience = new QueuePatience(time, NullLogger<QueuePatience>.Instance);
        var holds = new HoldKeeper("suspicion holds", queues.Checks, static () => CheckVisits.HoldInterval, Health, time, NullLogger<HoldKeeper>.Instance);
        var settler = new MessageSettler(QueueNames.SuspicionChecks, queues, queues, patience, seeding, deployment.Metrics, time, deployment.Logs.For<MessageSettler>());
        _visits = new CheckVisits(
            holds, settler, new Visits(holds, settler, CheckVisits.MaxIds(Options.MaxConcurrency), static _ => null, time, deployment.Logs.For<Visits>()));
        var verdicts = new VerdictSink(store, time);
        var visitor = new CheckVisitor(_gate, verdicts, store, store, new SupersededChecks(store, time), Metrics, time);
        var check = new ProviderCheck(store, deployment.ProviderOf, new ProviderOptions { Accept = deployment.AcceptsProvider });
        Clock = new ClockGuard(time);
        var conditions = new CheckConditions(queues, store, check, verdicts, Clock, Options, time);
        Classifier = new Classifier(queues, conditions, lane ?? NewLane(deployment), _visits, visitor, NewerMessages, Health, time, deployment.Logs.For<Classifier>());
        _services = [seeding, holds, Classifier];
    }

    public SuspicionOptions Options { get; }

    public WorkerHealth Health { get; }

    public SuspicionMetrics Metrics { get; }

    public NewerMessages NewerMessages { get; }

    public ClockGuard Clock { get; }

    public Classifier Classifier { get; }

    public IReadOnlyList<string> Problems => Health.Problems(TimeSpan.FromMinutes(1));

    public SuspicionSeeder NewSeeder() => NewSeeder(_deployment, Options);

    public static SuspicionLane NewLane(Deployment deployment, bool isAllThereIs = false) => new(deployment.Time, deployment.Logs.For<SuspicionLane>()) { IsAllThereIs = isAllThereIs };

    public static SuspicionSeeder NewSeeder(Deployment deployment, SuspicionOptions options, SuspicionLane? lane = null)
    {
        var (time, store) = (deployment.Time, deployment.Store);
        var sender = new ChecksSender(store, new SuspicionShardSender(deployment.Queues, time), options);
        return new SuspicionSeeder(deployment.Queues, store, store, store, sender, lane ?? NewLane(deployment), options, deployment.Health, time, store, deployment.Logs.For<SuspicionSeeder>());
    }

    /// <summary>The shards in the queue, visible or not.</summary>
    public static List<SuspicionShard> Shards(Deployment deployment) =>
        [.. deployment.Queues.Checks.Bodies.Select(SuspicionMessageFormat.Read).OfType<SuspicionMessage.WholeShard>().Select(message => message.Shard)];

    public async Task StartAsync()
    {
        _isRunning = true;
        foreach (var service in _services)
            await service.StartAsync(CancellationToken.None);
    }

    public async Task StopAsync()
    {
        if (!_isRunning)
            return;
        _isRunning = false;
        await _deployment.Time.WithClockAsync(Task.Run(async () =>
        {
            foreach (var service in Enumerable.Reverse(_services))
                await service.StopAsync(CancellationToken.None);
        }), TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _visits.Dispose();
        _gate.Dispose();
        Metrics.Dispose();
    }
}
