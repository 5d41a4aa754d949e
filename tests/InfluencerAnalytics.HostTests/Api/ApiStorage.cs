using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Embedded.Files;
using InfluencerAnalytics.HostTests.Running;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Points;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>
/// The embedded store and queues in a directory of their own, under fake time, and what a test puts into them. Both go when it is disposed.
/// History is kept for ever, so that a test can have any past. The upkeep does not run: what is not rolled up is computed from its points, and nothing grows old.
/// </summary>
internal sealed class ApiStorage : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly EmbeddedDatabase _database;

    public ApiStorage(Func<EmbeddedOptions, EmbeddedOptions>? configure = null)
    {
        var options = new EmbeddedOptions
        {
            DataDirectory = _directory.Path,
            RawRetention = null,
            HourlyRetention = null,
            MinFreeBytes = 0,
            WriteBufferBytes = 16 << 20,
            BlockCacheBytes = 8 << 20,
        };
        options = configure?.Invoke(options) ?? options;
        _database = EmbeddedDatabase.Open(options, Time, NullLoggerFactory.Instance);
        Store = new StagedStore(_database.Store);
        Queues = new StagedQueues(_database.Queues, _database.DeadLetters);
        Backup = new EmbeddedBackup(_database, options, Time);
    }

    /// <summary>Stands a day before <see cref="ApiHost.Now"/> at first: who is tracked then was so in every slot that is shown.</summary>
    public FakeTimeProvider Time { get; } = new(ApiHost.Now.AddDays(-1));

    /// <summary>The store as the API sees it.</summary>
    public StagedStore Store { get; }

    /// <summary>The queues as the API sees them.</summary>
    public StagedQueues Queues { get; }

    public IStoreBackup Backup { get; }

    /// <summary>Where a backup of this moment is.</summary>
    public string BackupPath => BackupCopy.PathIn(_directory.Path, Time.GetUtcNow());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static DataPoint Point(long id, long slot, long followers, long following) => new(id, followers, following, slot, slot + 250, $"influencer-{id}");

    /// <summary>Lets the time come, in epoch milliseconds; none before it comes again.</summary>
    public void Come(long time) => Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(time));

    public async Task TrackAsync(params long[] ids)
    {
        var generations = await _database.Store.ReadGenerationsAsync(Token);
        (await _database.Store.AddInfluencersAsync(ids, generations.Sealed?.Generation ?? 0, Token)).Added.ShouldBe(ids.Length);
    }

    public async Task UntrackAsync(params long[] ids) => (await _database.Store.RemoveInfluencersAsync(ids, Token)).ShouldBe(ids.Length);

    public Task AddAsync(long id, long slot, long followers, long following) => AddAsync([Point(id, slot, followers, following)]);

    public Task AddAsync(IEnumerable<DataPoint> points) =>
        AppendAsync([.. points.GroupBy(point => point.Slot).Select(group => new DataPointBatch(group.Key, TimeSpan.FromMinutes(1), [.. group], []))]);

    public async Task AppendAsync(params DataPointBatch[] batches) =>
        (await _database.Store.AppendAsync(batches, Token)).Inserted.ShouldBe(batches.Sum(batch => batch.Points.Count));

    /// <summary>Adds a roll-up of a past without points; where there are points, or a finer roll-up, those count.</summary>
    public async Task AddRollupAsync(RollupPeriod period, long id, long start, RollupColumn followers, RollupColumn following) =>
        await _database.Store.ImportRollupsAsync([new Rollup(id, period, start, 60, followers, following)], Token);

    /// <summary>Gives out numbers of generations up to one, none of which is sealed.</summary>
    public async Task AllocateAsync(long last)
    {
        while (await _database.Store.AllocateGenerationAsync(Token) < last)
        {
        }
    }

    /// <summary>Has the upkeep roll up and rank all that can be.</summary>
    public void RollUp() => _database.Work.RollUp();

    /// <summary>Seals a generation now.</summary>
    public async Task SealAsync(long generation = 1, double intervalSeconds = 60)
    {
        await AllocateAsync(generation);
        var roster = await _database.Store.CountRosterAsync(Token);
        (await _database.Store.TrySealGenerationAsync(new SealedGeneration(generation, TimeSpan.FromSeconds(intervalSeconds), 500), roster.Version, Token)).ShouldBeTrue();
    }

    /// <summary>Puts a letter that is no JSON into the dead letters.</summary>
    public async Task BuryAsync(string queue) => await _database.DeadLetters.PutAsync(queue, "what?"u8.ToArray(), "No JSON.", Token);

    /// <summary>The ids of the dead letters, the oldest first.</summary>
    public async Task<List<string>> DeadAsync(string queue) => [.. (await _database.DeadLetters.ListAsync(queue, 1000, Token)).Select(letter => letter.Id)];

    public void Dispose()
    {
        _database.Dispose();
        _directory.Dispose();
    }
}
