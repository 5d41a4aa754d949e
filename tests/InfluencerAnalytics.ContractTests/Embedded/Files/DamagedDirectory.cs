using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.ContractTests.Embedded.Files;

/// <summary>
/// A data directory as a process that died leaves it: several logs, data files, everything synced and acknowledged. Tests damage copies of it.
/// </summary>
public sealed class DamagedDirectory : IAsyncLifetime
{
    public const int Influencers = 300;
    public const int Slots = 12;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly TestDatabase _test = new();
    private int _copies;

    /// <summary>Every data point that was acknowledged.</summary>
    public HashSet<DataPoint> Acknowledged { get; } = [];

    public async ValueTask InitializeAsync()
    {
        var native = _test.Database.Native;
        for (var slot = 0; slot < Slots; slot++)
        {
            await AppendAsync(_test.Database.Store, slot, Acknowledged);
            // Writing out one column family begins a new log, and the others hold on to the old one.
            if (slot % 3 == 2 && slot < Slots - 1)
                native.Flush(native.ColumnFamilies.Single(family => family.Name.StartsWith("points-", StringComparison.Ordinal)));
        }

        _test.Database.Work.SyncLog();
    }

    /// <summary>A copy to be damaged.</summary>
    public string Copy(string name)
    {
        var copy = Path.Combine(_test.Root, $"{name}-{Interlocked.Increment(ref _copies)}");
        _test.CopyTo(copy);
        return copy;
    }

    internal EmbeddedDatabase Open(string directory, ListLoggerFactory logs, bool acceptLoss = false) => _test.Open(directory, acceptLoss, logs);

    /// <summary>Appends a reading of each influencer.</summary>
    public static async Task AppendAsync(IInfluencerStore store, int slot, ICollection<DataPoint> acknowledged)
    {
        var start = TestDatabase.Start.ToUnixTimeMilliseconds() + slot * 60_000L;
        List<DataPoint> points = [.. Enumerable.Range(1, Influencers).Select(id => new DataPoint(id, id * 7 + slot, id, start, start + id, $"name-{id}"))];
        (await store.AppendAsync([new DataPointBatch(start, Interval, points, [])], TestContext.Current.CancellationToken)).Inserted.ShouldBe(Influencers);
        foreach (var point in points)
            acknowledged.Add(point);
    }

    public ValueTask DisposeAsync()
    {
        _test.Dispose();
        return ValueTask.CompletedTask;
    }
}
