using System.Diagnostics.Metrics;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Pipeline.Fetching;
using InfluencerAnalytics.Pipeline.Ingestion;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Pipeline.Seeding;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
using InfluencerAnalytics.Stores.Slots;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Hosting;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>A whole deployment on fakes and one fake clock: queues, store, provider, and the roles that a test starts.</summary>
internal sealed class Deployment : IAsyncDisposable
{
    /// <summary>The start of a slot of any interval that divides a day.</summary>
    public static readonly DateTimeOffset Midnight = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    private readonly List<BackgroundService> _services = [];
    private readonly List<FetcherProcess> _fetchers = [];

    public Deployment(int intervalSeconds = 10, int shardSize = 4, TimeSpan? granularity = null)
    {
        Seeding = new SeedingOptions { Interval = TimeSpan.FromSeconds(intervalSeconds), ShardSize = shardSize };
        Queues = new FakeQueues(Time, granularity);
        Store = new FakeStore(Time);
        Provider = new ScriptedProvider(Time);
        Roster = new RosterService(Store, Store, Store, new ShardSender(Queues, Time), Seeding);
    }

    public SteppableTime Time { get; } = new(Midnight);

    public SeedingOptions Seeding { get; set; }

    public FakeQueues Queues { get; }

    public FakeStore Store { get; }

    public ScriptedProvider Provider { get; }

    public RosterService Roster { get; }

    public WorkerHealth Health => field ??= new WorkerHealth(Time);

    public PipelineMetrics Metrics => field ??= new PipelineMetrics(Time);

    public NewerMessages NewerMessages => field ??= new NewerMessages(Time);

    /// <summary>Short pauses, so that little of a short interval goes by unused.</summary>
    public FetchingOptions Fetching { get; set; } = new() { PollPause = TimeSpan.FromMilliseconds(100), RosterRefresh = TimeSpan.FromSeconds(1) };

    /// <summary>The disk from which the fetchers started from now on go on while the queues are away; null when they have none.</summary>
    public FakeSpool? Spool { get; set; }

    /// <summary>What the metrics of the fetchers started from now on are heard by; null when nobody listens.</summary>
    public IMeterFactory? Meters { get; set; }

    /// <summary>Whose readings the fetchers started from now on fetch, as far as the store is told.</summary>
    public ProviderIdentity ProviderOf { get; set; } = ProviderIdentity.BuiltInSimulator;

    /// <summary>Whether the fetchers started from now on accept a provider other than the store's.</summary>
    public bool AcceptsProvider { get; set; }

    /// <summary>What the seeder and the ingester logged.</summary>
    public ListLogger Logs { get; } = new();

    public ProviderOptions ProviderOptions { get; set; } = new();

    public long IntervalMs => (long)Seeding.Interval.TotalMilliseconds;

    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public long Slot => new SlotGrid(Seeding.Interval).SlotAt(NowMs);

    /// <param name="options">Its own; null for those of the deployment.</param>
    public Seeder NewSeeder(SeedingOptions? options = null)
    {
        var lease = new SeederLease(Store);
        var sender = new GenerationSender(Store, Store, lease, new ShardSender(Queues, Time));
        return new Seeder(Queues, Store, Store, Store, lease, sender, options ?? Seeding, Health, Time, Logs.For<Seeder>());
    }

    public Ingester NewIngester(IngestionOptions? options = null)
    {
        options ??= new IngestionOptions();
        var reader = new IncomingReader(new DeploymentInterval(Store, Time), NewerMessages, options, Time, Logs.For<IncomingReader>());
        var writer = new StoreWriter(Store, Metrics, Time, Logs.For<StoreWriter>());
        var deadLetters = new DeadLetterWriter(Queues, Metrics, Time, Logs.For<DeadLetterWriter>());
        return new Ingester(Queues, Store, reader, writer, deadLetters, options, Health, Time, Logs.For<Ingester>());
    }

    /// <summary>Writes ids into the roster and seeds them, all at once.</summary>
    public async Task SeedAsync(params IEnumerable<long> ids)
    {
        await Store.AddInfluencersAsync([.. ids], Store.Sealed?.Generation ?? 0, CancellationToken.None);
        await NewSeeder().RoundAsync();
    }

    /// <summary>Changes what the deployment agreed on, as 'config set' does, and the interval by which this reckons with it.</summary>
    public async Task AgreeAsync(TimeSpan? interval = null, int? shardSize = null)
    {
        Seeding = Seeding with { Interval = interval ?? Seeding.Interval, ShardSize = shardSize ?? Seeding.ShardSize };
        await DeploymentAgreement.ChangeAsync(Store, new DeploymentAgreement(interval, shardSize, null), CancellationToken.None);
    }

    public Task StartIngesterAsync() => StartAsync(NewIngester());

    public async Task StartAsync(BackgroundService service)
    {
        _services.Add(service);
        await service.StartAsync(CancellationToken.None);
    }

    public async Task<FetcherProcess> StartFetcherAsync()
    {
        var fetcher = new FetcherProcess(this, Fetching);
        _fetchers.Add(fetcher);
        await fetcher.StartAsync();
        return fetcher;
    }

    public async Task SendAsync(Shard shard) =>
        await Queues.Shards.SendAsync([new OutgoingMessage(InfluencerIdMessageFormat.Write(shard))], CancellationToken.None);

    /// <summary>The shards in the queue, visible or not.</summary>
    public List<Shard> Shards() =>
    [
        .. Queues.Shards.Bodies.Select(InfluencerIdMessageFormat.Read).OfType<InfluencerIdMessage.WholeShard>().Select(message => message.Shard),
    ];

    /// <summary>What the data-point messages still in their queue hold.</summary>
    public List<DataPointBatch> Batches() => [.. Queues.Points.Bodies.Select(body => DataPointMessageReader.Read(body, Seeding.Interval).Batch!)];

    /// <summary>
    /// The slots stored for an influencer, ascending, as counts of intervals since midnight. Those before are left out: a shard that is not due yet
    /// is fetched for the slot before at first.
    /// </summary>
    public List<long> SlotsOf(long id) =>
    [
        .. Store.Points.Where(point => point.InfluencerId == id && point.Slot >= Midnight.ToUnixTimeMilliseconds()).Select(point => (point.Slot - Midnight.ToUnixTimeMilliseconds()) / IntervalMs),
    ];

    public async Task<SlotSummary> ReadSlotAsync(long slot) => (await Store.ReadSlotsAsync(slot, slot, CancellationToken.None)).Single();

    /// <summary>When each influencer was asked for, as the slot that its shard was due for then, counted from midnight.</summary>
    public ILookup<long, long> AskedSlots()
    {
        var phases = Shards().SelectMany(shard => shard.Ids.Select(id => (id, shard.PhaseMs))).ToDictionary();
        return Provider.Asked.ToLookup(
            asked => asked.Id,
            asked => (long)Math.Floor((double)(asked.At - Midnight.ToUnixTimeMilliseconds() - phases[asked.Id]) / IntervalMs));
    }

    /// <summary>Moves the clock to the start of the next slot.</summary>
    public Task ToNextSlotAsync() => Time.AdvanceAsync(TimeSpan.FromMilliseconds(Slot + IntervalMs - NowMs));

    /// <summary>Moves the clock to shortly before the next slot, so that nothing of it has happened yet, and returns that slot.</summary>
    public async Task<long> ToEndOfSlotAsync()
    {
        var next = Slot + IntervalMs;
        await Time.AdvanceAsync(TimeSpan.FromMilliseconds(next - 50 - NowMs));
        return next;
    }

    public Task AdvanceIntervalsAsync(double count) => Time.AdvanceAsync(Seeding.Interval * count);

    public async ValueTask DisposeAsync()
    {
        Queues.AreAway = false;
        foreach (var fetcher in _fetchers)
            await Time.WithClockAsync(fetcher.StopAsync(), TimeSpan.FromSeconds(30));
        foreach (var service in _services)
            await Time.WithClockAsync(Task.Run(() => service.StopAsync(CancellationToken.None)), TimeSpan.FromSeconds(30));
    }
}
