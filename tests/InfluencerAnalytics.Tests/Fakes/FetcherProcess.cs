using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Pipeline.Fetching;
using InfluencerAnalytics.Pipeline.Fetching.Control;
using InfluencerAnalytics.Pipeline.Holds;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Spooling;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>One process in the role of the fetcher, on the parts of a <see cref="Deployment"/>.</summary>
internal sealed class FetcherProcess
{
    private readonly List<BackgroundService> _services;

    public FetcherProcess(Deployment deployment, FetchingOptions options)
    {
        var time = deployment.Time;
        var spooling = deployment.Spool?.NewQueues(deployment.Queues, time);
        IMessageQueues queues = spooling ?? (IMessageQueues)deployment.Queues;
        Health = new WorkerHealth(time);
        Metrics = new PipelineMetrics(time, deployment.Meters);
        NewerMessages = new NewerMessages(time);
        Clock = new ClockGuard(time);
        Control = new ProviderControl(options.Limits, deployment.ProviderOptions, Metrics, time, NullLogger<ProviderControl>.Instance);
        Gate = new ProviderGate(deployment.Provider, Control, Metrics, time);
        var provider = new ProviderCheck(deployment.Store, deployment.ProviderOf, new ProviderOptions { Accept = deployment.AcceptsProvider });
        Roster = new RosterView(deployment.Store, provider, options.RosterRefresh, Health, time, NullLogger<RosterView>.Instance);
        Holds = new HoldKeeper("fetch holds", queues.Get(QueueNames.InfluencerIdStore), () => Roster.Interval, Health, time, NullLogger<HoldKeeper>.Instance);
        var seeding = new SeedingRequest(deployment.Store, new DeploymentInterval(deployment.Store, time), Health, time, NullLogger<SeedingRequest>.Instance);
        var additions = new RosterAdditions(
            queues, new RosterService(deployment.Store, deployment.Store, deployment.Store, new ShardSender(queues, time), deployment.Seeding), Health, time, NullLogger<RosterAdditions>.Instance);
        var patience = new QueuePatience(time, NullLogger<QueuePatience>.Instance);
        var readings = new ReadingPublisher(queues, patience, Metrics, time, NullLogger<ReadingPublisher>.Instance);
        var settler = new MessageSettler(QueueNames.InfluencerIdStore, queues, deployment.Queues, patience, seeding, Metrics, time, NullLogger<MessageSettler>.Instance);
        var engine = new FetchEngine(Gate, Control, Metrics, Health, time, deployment.Logs.For<FetchEngine>());
        var slotFetch = new SlotFetch(engine, Gate, readings, settler, new RetryRule(options), Metrics, time);
        var visitor = new Visitor(slotFetch, Gate, Roster, queues, Metrics, time);
        var visits = new Visits(Holds, settler, options.MaxIdsInHand, VisitSpan.Begin, time, NullLogger<Visits>.Instance);
        var sorter = new MessageSorter(visits, visitor, settler, additions, NewerMessages, NullLogger<MessageSorter>.Instance);
        var fetcher = new Fetcher(
            queues, new FetchConditions(queues, Roster, Clock), visits, sorter, options, Health, time, NullLogger<Fetcher>.Instance);
        _services = [Roster, seeding, additions, engine, Holds, fetcher];
        if (spooling is not null)
            _services.Add(spooling.NewDrain(new SpoolMetrics(), Health, NullLogger<SpoolDrain>.Instance));
    }

    public WorkerHealth Health { get; }

    public PipelineMetrics Metrics { get; }

    public NewerMessages NewerMessages { get; }

    public ClockGuard Clock { get; }

    public ProviderControl Control { get; }

    public ProviderGate Gate { get; }

    public RosterView Roster { get; }

    public HoldKeeper Holds { get; }

    public IReadOnlyList<string> Problems => Health.Problems(TimeSpan.FromMinutes(1));

    public async Task StartAsync()
    {
        foreach (var service in _services)
        {
            await service.StartAsync(CancellationToken.None);
            // The fetcher waits for the first look: it is to be over before the clock moves.
            if (service == Roster)
                await Pump.SettleAsync();
        }
    }

    /// <summary>As the host does it: the last one first, one after the other.</summary>
    public Task StopAsync() => Task.Run(async () =>
    {
        foreach (var service in Enumerable.Reverse(_services))
            await service.StopAsync(CancellationToken.None);
    });
}
