using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Pipeline.Fetching;
using InfluencerAnalytics.Pipeline.Seeding;
using InfluencerAnalytics.Providers;
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
        var queues = deployment.Queues;
        Health = new WorkerHealth(time);
        Statistics = new PipelineStatistics(time);
        Clock = new ClockGuard(time);
        Control = new ProviderControl(options, deployment.ProviderOptions, Statistics, time, NullLogger<ProviderControl>.Instance);
        Gate = new ProviderGate(deployment.Provider, Control, Statistics, time);
        var provider = new ProviderCheck(deployment.Store, deployment.ProviderOf, new ProviderOptions { Accept = deployment.AcceptsProvider });
        Roster = new RosterView(deployment.Store, provider, options, Health, time, NullLogger<RosterView>.Instance);
        Leases = new VisitLeases(queues, Roster, Health, time, NullLogger<VisitLeases>.Instance);
        var publisher = new FetchPublisher(queues, Statistics, time, NullLogger<FetchPublisher>.Instance);
        var engine = new FetchEngine(Gate, Control, Statistics, time, deployment.Logs.For<FetchEngine>());
        var slotFetch = new SlotFetch(engine, Gate, publisher, options, Statistics, time);
        var visitor = new ShardVisitor(slotFetch, Gate, publisher, Leases, Roster, queues, time);
        var rosterService = new RosterService(deployment.Store, new ShardSender(queues, time), deployment.Seeding);
        var fetcher = new Fetcher(
            queues, visitor, Leases, Roster, publisher, rosterService, new SeedingRequest(deployment.Store, Roster, time, NullLogger<SeedingRequest>.Instance), Clock, options, Statistics, Health, time, NullLogger<Fetcher>.Instance);
        _services = [Roster, engine, Leases, fetcher];
    }

    public WorkerHealth Health { get; }

    public PipelineStatistics Statistics { get; }

    public ClockGuard Clock { get; }

    public ProviderControl Control { get; }

    public ProviderGate Gate { get; }

    public RosterView Roster { get; }

    public VisitLeases Leases { get; }

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
