using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.ContractTests.Embedded.Disk;

/// <summary>A disk that is full to the last byte, and has space again: the same process goes on by itself.</summary>
public sealed class EmbeddedFullDiskTests
{
    private const int BodyBytes = 50_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly HashSet<(long Id, long Slot)> _points = [];
    private readonly HashSet<int> _messages = [];
    private readonly List<string> _refusals = [];
    private int _next;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disk_FullToTheLastByteAndFreedAgain_GoesOnWithEverythingAcknowledged(bool syncEveryWrite)
    {
        using var disk = await SmallDisk.TryMountAsync(48, Cancel);
        Assert.SkipWhen(disk is null, "Only the superuser can mount a small file system.");
        using var logs = new ListLoggerFactory();
        var options = new EmbeddedOptions
        {
            DataDirectory = Path.Combine(disk.Path, "data"),
            MinFreeBytes = 0,
            WriteBufferBytes = 8 << 20,
            BlockCacheBytes = 8 << 20,
            SyncEveryWrite = syncEveryWrite,
        };
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TestDatabase.Start);
        using (var database = EmbeddedDatabase.Open(options, time, logs))
        {
            for (var round = 0; round < 2; round++)
            {
                for (var i = 0; i < 20; i++)
                    await WriteAsync(database);
                _refusals.ShouldBeEmpty();
                database.Work.SyncLog();
                disk.Fill(butFor: 2 << 20);
                for (var i = 0; i < 60 && _refusals.Count < 6; i++)
                    await WriteAsync(database);
                disk.Fill();
                await WriteAsync(database);
                _refusals.Count.ShouldBeGreaterThanOrEqualTo(2);
                _refusals.ShouldAllBe(refusal => refusal.Contains(disk.Path) && refusal.Contains("full"));
                Check(database);
                var full = await database.Store.GetStatusAsync(Cancel);
                full.Ready.ShouldBeFalse();
                full.Detail.ShouldNotBeNull().ShouldContain("nothing acknowledged is lost");
                (await ReadPointsAsync(database)).ShouldBe(_points.Count, "what is stored can be read meanwhile");

                disk.Free();
                await UntilReadyAsync(database);
                _refusals.Clear();
                await WriteAsync(database);
                _refusals.ShouldBeEmpty();
                (await ReadPointsAsync(database)).ShouldBe(_points.Count);
            }

            logs.Messages.ShouldContain(line => line.Contains("was opened again"));
            logs.Messages.Where(line => line.StartsWith("RocksDB:", StringComparison.Ordinal)).GroupBy(line => line).ShouldAllBe(lines => lines.Count() <= 3);
            await CheckMessagesAsync(database);
        }

        using var again = EmbeddedDatabase.Open(options, time, logs);
        (await ReadPointsAsync(again)).ShouldBe(_points.Count);
        await CheckMessagesAsync(again);
    }

    private static void Check(EmbeddedDatabase database) => database.Work.CheckDisk();

    // One data point of each of a hundred influencers, and a message; what is acknowledged is noted.
    private async Task WriteAsync(EmbeddedDatabase database)
    {
        var number = _next++;
        var slot = TestDatabase.Start.ToUnixTimeMilliseconds() + number * 60_000L;
        var points = Enumerable.Range(1, 100).Select(id => new DataPoint(id, id, number, slot, slot, $"name-{id}")).ToList();
        try
        {
            await database.Store.AppendAsync([new DataPointBatch(slot, Interval, points, [])], Cancel);
            _points.UnionWith(points.Select(point => (point.InfluencerId, point.Slot)));
        }
        catch (StoreUnavailableException e)
        {
            _refusals.Add(e.Message);
        }

        var body = new byte[BodyBytes];
        new Random(number).NextBytes(body);
        BitConverter.TryWriteBytes(body, number);
        try
        {
            await database.Queues.Get(QueueNames.InfluencerDataPoints).SendAsync([new OutgoingMessage(body)], Cancel);
            _messages.Add(number);
        }
        catch (QueueUnavailableException e)
        {
            _refusals.Add(e.Message);
        }
    }

    private async Task<int> ReadPointsAsync(EmbeddedDatabase database)
    {
        var found = 0;
        await foreach (var point in database.Store.ReadAllPointsAsync(0, long.MaxValue / 4, Cancel))
            found += _points.Contains((point.InfluencerId, point.Slot)) ? 1 : 0;
        return found;
    }

    private async Task CheckMessagesAsync(EmbeddedDatabase database)
    {
        var queue = database.Queues.Get(QueueNames.InfluencerDataPoints);
        var found = new HashSet<int>();
        while (await queue.ReceiveAsync(10, TimeSpan.FromHours(1), TimeSpan.Zero, Cancel) is { Count: > 0 } received)
        {
            foreach (var message in received)
            {
                message.Body.Length.ShouldBe(BodyBytes);
                found.Add(BitConverter.ToInt32(message.Body.Span));
            }
        }

        found.IsSupersetOf(_messages).ShouldBeTrue($"{_messages.Except(found).Count()} of {_messages.Count} acknowledged messages are gone");
    }

    private static async Task UntilReadyAsync(EmbeddedDatabase database)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Check(database);
            var status = await database.Store.GetStatusAsync(Cancel);
            if (status.Ready)
                return;
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(30), status.Detail);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }
    }
}
