using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Embedded.Files;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.ContractTests.Embedded;

/// <summary>What is left when the process dies, the power goes, or a file is damaged.</summary>
public sealed class EmbeddedRecoveryTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly long Slot = TestDatabase.Start.ToUnixTimeMilliseconds();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Store_AfterCrash_IsWhole(bool checkpoint)
    {
        using var test = new TestDatabase();
        await FillAsync(test.Database.Store, 2000);
        if (checkpoint)
            test.Database.Work.Checkpoint();
        await AppendAsync(test.Database.Store, Slot + 60_000, Enumerable.Range(1, 10));
        var before = await DescribeAsync(test.Database.Store);
        for (var round = 0; round < 3; round++)
        {
            var store = (round == 1 ? test.Reopen() : test.OpenAfterCrash($"copy-{round}")).Store;
            (await DescribeAsync(store)).ShouldBe(before);
            (await AppendAsync(store, Slot + 60_000, Enumerable.Range(1, 10))).ShouldBe(new AppendResult(0, 10, 0));
        }
    }

    [Fact]
    public async Task Store_CheckpointsBetweenWrites_LoseNothing()
    {
        using var test = new TestDatabase();
        for (var i = 0; i < 5; i++)
        {
            await test.Database.Store.AddInfluencersAsync([.. Enumerable.Range(1 + 300 * i, 300).Select(id => (long)id)], 0, Cancel);
            await AppendAsync(test.Database.Store, Slot + i * 60_000, Enumerable.Range(1, 300 * i + 150));
            if (i % 2 == 0)
                test.Database.Work.Checkpoint();
        }

        var before = await DescribeAsync(test.Database.Store);
        (await DescribeAsync(test.OpenAfterCrash().Store)).ShouldBe(before);
    }

    [Fact]
    public async Task Queue_AfterCrash_HasEverythingAcknowledged()
    {
        using var test = new TestDatabase();
        var queue = test.Database.Queues.Get(QueueNames.InfluencerIdStore);
        await queue.SendAsync([new("held"u8.ToArray()), new("deleted"u8.ToArray()), new("rearmed"u8.ToArray()), new("waiting"u8.ToArray())], Cancel);
        await queue.SendAsync([new("delayed"u8.ToArray(), TimeSpan.FromMinutes(5))], Cancel);
        var received = (await queue.ReceiveAsync(4, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancel)).ToDictionary(message => Text(message.Body));
        await queue.DeleteAsync([received["deleted"]], Cancel);
        await queue.ChangeVisibilityAsync([new VisibilityChange(received["rearmed"], TimeSpan.FromMinutes(2))], Cancel);
        await queue.ChangeVisibilityAsync([new VisibilityChange(received["waiting"], TimeSpan.Zero)], Cancel);
        await test.Database.DeadLetters.PutAsync(queue.Name, "dead"u8.ToArray(), "why", Cancel);

        var opened = test.OpenAfterCrash();
        queue = opened.Queues.Get(QueueNames.InfluencerIdStore);
        // Who held it has died: what was received and not re-armed is visible at once.
        (await ReceiveTextAsync(queue)).ShouldBe(["held", "waiting"], ignoreOrder: true);
        (await queue.GetDepthAsync(Cancel)).Delayed.ShouldBe(1);
        (await opened.DeadLetters.CountAsync(queue.Name, Cancel)).Kept.ShouldBe(1);
        test.Time.Advance(TimeSpan.FromMinutes(2.1));
        (await ReceiveTextAsync(queue)).ShouldContain("rearmed");
        test.Time.Advance(TimeSpan.FromMinutes(3));
        (await ReceiveTextAsync(queue)).ShouldContain("delayed");
        (await opened.DeadLetters.ListAsync(queue.Name, 10, Cancel)).ShouldHaveSingleItem().Reason.ShouldBe("why");
    }

    [Fact]
    public async Task Queue_OldReceiptAfterRestart_IsNotValid()
    {
        using var test = new TestDatabase();
        var queue = test.Database.Queues.Get(QueueNames.InfluencerIdStore);
        await queue.SendAsync([new("one"u8.ToArray())], Cancel);
        var old = await queue.ReceiveAsync(1, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancel);
        queue = test.Reopen().Queues.Get(QueueNames.InfluencerIdStore);
        (await queue.ChangeVisibilityAsync([new VisibilityChange(old[0], TimeSpan.FromMinutes(9))], Cancel)).ShouldHaveSingleItem().IsStale.ShouldBeTrue();
        await queue.DeleteAsync(old, Cancel);
        (await ReceiveTextAsync(queue)).ShouldBe(["one"]);
    }

    [Fact]
    public async Task Open_TornLog_KeepsWhatCameBeforeAndSaysSo()
    {
        using var logs = new ListLoggerFactory();
        using var test = new TestDatabase(logs: logs);
        var store = test.Database.Store;
        for (var i = 0; i < 20; i++)
            await AppendAsync(store, Slot + i * 60_000, Enumerable.Range(1, 50));
        var copy = Path.Combine(test.Root, "torn");
        test.CopyTo(copy);
        var log = new DirectoryInfo(Path.Combine(copy, "db")).GetFiles("*.log").MaxBy(file => file.Length)!;
        using (var stream = log.Open(FileMode.Open))
            stream.SetLength(stream.Length - 100);

        using var torn = test.Open(copy);
        (await torn.Store.ReadPointsAsync(7, 0, long.MaxValue / 4, 100, Cancel)).Count.ShouldBe(19);
        (await DescribeAsync(torn.Store)).ShouldContain("stored 50");
        logs.Messages.ShouldContain(message => message.Contains("torn") && message.Contains(copy));
        (await AppendAsync(torn.Store, Slot + 19 * 60_000, Enumerable.Range(1, 50))).Inserted.ShouldBe(50);
    }

    [Fact]
    public async Task Open_DamagedManifest_SaysWhatToDoAndChangesNothing()
    {
        using var test = new TestDatabase();
        await FillAsync(test.Database.Store, 100);
        var copy = Path.Combine(test.Root, "damaged");
        test.CopyTo(copy);
        var manifest = Directory.GetFiles(Path.Combine(copy, "db"), "MANIFEST-*").Single();
        await File.WriteAllBytesAsync(manifest, new byte[64], Cancel);
        Should.Throw<EmbeddedDataException>(() => test.Open(copy)).Message.ShouldSatisfyAllConditions(
            message => message.ShouldContain(copy), message => message.ShouldContain("damaged"), message => message.ShouldContain("backup"));
        (await File.ReadAllBytesAsync(manifest, Cancel)).ShouldBe(new byte[64]);
    }

    [Fact]
    public async Task Read_DamagedDataFile_IsAFailureAndNotNoData()
    {
        using var test = new TestDatabase();
        await FillAsync(test.Database.Store, 3000);
        test.Database.Native.Flush(test.Database.Native.ColumnFamilies.Single(family => family.Name.StartsWith("points-", StringComparison.Ordinal)));
        var copy = Path.Combine(test.Root, "damaged");
        test.CopyTo(copy);
        var largest = new DirectoryInfo(Path.Combine(copy, "db")).GetFiles("*.sst").MaxBy(file => file.Length)!;
        using (var stream = largest.Open(FileMode.Open))
        {
            stream.Position = 1000;
            stream.Write(new byte[500]);
        }

        using var damaged = test.Open(copy);
        var failure = await Should.ThrowAsync<StoreUnavailableException>(async () =>
        {
            for (var id = 1; id <= 3000; id++)
                await damaged.Store.ReadPointsAsync(id, 0, long.MaxValue / 4, 100, Cancel);
        });
        failure.Message.ShouldContain("damaged");
        failure.Message.ShouldContain(copy);
    }

    [Fact]
    public async Task Queue_BodyMissing_SetsThatMessageAsideAndGoesOn()
    {
        using var logs = new ListLoggerFactory();
        using var test = new TestDatabase(logs: logs);
        var queue = test.Database.Queues.Get(QueueNames.InfluencerIdStore);
        await queue.SendAsync([new("first"u8.ToArray()), new("second"u8.ToArray()), new("third"u8.ToArray())], Cancel);
        LoseFirstBody(test);

        for (var round = 0; round < 2; round++)
        {
            (await ReceiveTextAsync(queue)).ShouldBe(["second", "third"], ignoreOrder: true);
            (await ReceiveTextAsync(queue)).ShouldBeEmpty();
            (await test.Database.DeadLetters.CountAsync(queue.Name, Cancel)).Kept.ShouldBe(0);
            var status = await test.Database.Store.GetStatusAsync(Cancel);
            status.Ready.ShouldBeTrue("the others go on");
            status.Detail.ShouldNotBeNull().ShouldContain("1 queued messages were set aside");
            status.Detail.ShouldContain(QueueNames.InfluencerIdStore);
            logs.Messages.Count(line => line.Contains("database is damaged") && line.Contains(QueueNames.InfluencerIdStore)).ShouldBe(round + 1);
            // What there is of it is kept: the next process finds it again.
            if (round == 0)
                queue = test.OpenAfterCrash().Queues.Get(QueueNames.InfluencerIdStore);
        }
    }

    [Fact]
    public async Task Queue_BodiesOfShardsMissing_TheRosterIsAskedForOnceForAllThatWereSentBefore()
    {
        using var test = new TestDatabase();
        await SealAsync(test.Database.Store);
        var queue = test.Database.Queues.Get(QueueNames.InfluencerIdStore);
        await queue.SendAsync([new("first"u8.ToArray()), new("second"u8.ToArray(), TimeSpan.FromMinutes(1)), new("third"u8.ToArray(), TimeSpan.FromMinutes(1))], Cancel);
        LoseFirstBody(test);
        (await ReceiveTextAsync(queue)).ShouldBeEmpty();
        (await test.Database.Store.ReadGenerationsAsync(Cancel)).IsRequested.ShouldBeTrue();
        await SealAsync(test.Database.Store);

        // The second comes due only now, when a later generation holds its influencers already; and both are met again by the next process.
        LoseFirstBody(test);
        test.Time.Advance(TimeSpan.FromMinutes(11));
        (await ReceiveTextAsync(queue)).ShouldBe(["third"]);
        (await test.Database.Store.ReadGenerationsAsync(Cancel)).IsRequested.ShouldBeFalse();
        queue = test.OpenAfterCrash().Queues.Get(QueueNames.InfluencerIdStore);
        (await test.Database.Store.ReadGenerationsAsync(Cancel)).IsRequested.ShouldBeFalse();
        (await ReceiveTextAsync(queue)).ShouldBe(["third"]);
        (await test.Database.Store.ReadGenerationsAsync(Cancel)).IsRequested.ShouldBeFalse();

        // One that was sent since is another matter.
        await queue.SendAsync([new("fourth"u8.ToArray())], Cancel);
        LoseFirstBody(test);
        LoseFirstBody(test);
        (await ReceiveTextAsync(queue)).ShouldBeEmpty();
        (await test.Database.Store.ReadGenerationsAsync(Cancel)).IsRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task Queue_BodyOfReadingsMissing_TheRosterIsNotAskedFor()
    {
        using var test = new TestDatabase();
        await SealAsync(test.Database.Store);
        var queue = test.Database.Queues.Get(QueueNames.InfluencerDataPoints);
        await queue.SendAsync([new("first"u8.ToArray())], Cancel);
        LoseFirstBody(test);
        (await ReceiveTextAsync(queue)).ShouldBeEmpty();
        (await test.Database.Store.ReadGenerationsAsync(Cancel)).IsRequested.ShouldBeFalse();
    }

    private static async Task SealAsync(IInfluencerStore store) => (await store.TrySealGenerationAsync(
        new SealedGeneration(await store.AllocateGenerationAsync(Cancel), TimeSpan.FromMinutes(1), 500), long.MaxValue, Cancel)).ShouldBeTrue();

    private static void LoseFirstBody(TestDatabase test)
    {
        var native = test.Database.Native;
        var bodies = native["queue_bodies"];
        byte[] key;
        using (var iterator = native.Iterate(bodies))
        {
            iterator.SeekToFirst().ShouldBeTrue();
            key = iterator.Key.ToArray();
        }

        var batch = new InfluencerAnalytics.Embedded.RocksDb.WriteBatchBuffer();
        batch.SingleDelete(bodies, key);
        native.Write(batch);
    }

    [Fact]
    public void Open_FormatLeftHalfWrittenBeside_IsWrittenAnew()
    {
        var root = Directory.CreateTempSubdirectory("influencer-analytics-");
        try
        {
            File.WriteAllText(Path.Combine(root.FullName, "FORMAT.new"), "influencer-an");
            var options = new EmbeddedOptions { DataDirectory = root.FullName, WriteBufferBytes = 16 << 20, BlockCacheBytes = 8 << 20 };
            for (var start = 0; start < 2; start++)
            {
                EmbeddedDatabase.Open(options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance).Dispose();
                File.ReadAllText(Path.Combine(root.FullName, "FORMAT")).ShouldStartWith("influencer-analytics-embedded ");
                File.Exists(Path.Combine(root.FullName, "FORMAT.new")).ShouldBeFalse();
            }
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Backup_WhileOpen_OpensAsItWas()
    {
        using var test = new TestDatabase();
        await FillAsync(test.Database.Store, 500);
        var before = await DescribeAsync(test.Database.Store);
        var backup = Path.Combine(test.Root, "backup");
        test.Database.BackupTo(backup);
        await AppendAsync(test.Database.Store, Slot + 60_000, Enumerable.Range(1, 500));
        Should.Throw<IOException>(() => test.Database.BackupTo(backup));
        using var restored = test.Open(backup);
        (await DescribeAsync(restored.Store)).ShouldBe(before);
    }

    private static async Task FillAsync(IInfluencerStore store, int influencers)
    {
        await store.AddInfluencersAsync([.. Enumerable.Range(1, influencers).Select(id => (long)id)], 0, Cancel);
        await store.RemoveInfluencersAsync([5], Cancel);
        await store.AllocateGenerationAsync(Cancel);
        var version = (await store.CountRosterAsync(Cancel)).Version;
        await store.TrySealGenerationAsync(new SealedGeneration(1, Interval, 500), version, Cancel);
        await AppendAsync(store, Slot, Enumerable.Range(1, influencers));
        for (var i = 1; i < 4; i++)
            await store.AppendAsync([new DataPointBatch(Slot + i * 60_000, Interval, [], [new Miss(30, MissReason.NotFound), new Miss(31, MissReason.Timeout)])], Cancel);
        await store.AppendAsync([new DataPointBatch(Slot + 4 * 60_000, Interval, [], [new Miss(32, MissReason.NotFound)])], Cancel);
        await store.WriteSettingAsync("name", "value", Cancel);
    }

    private static async Task<AppendResult> AppendAsync(IInfluencerStore store, long slot, IEnumerable<int> ids) =>
        await store.AppendAsync(
            [new DataPointBatch(slot, Interval, [.. ids.Select(id => new DataPoint(id, id * 3 + slot / 60_000 % 7, id, slot, slot + id, $"name-{id}"))], [])], Cancel);

    /// <summary>All that the store says of itself, as text to compare.</summary>
    private static async Task<string> DescribeAsync(IInfluencerStore store)
    {
        var latest = new List<LatestPoint>();
        await store.ReadLatestChangesAsync(null, int.MaxValue, latest, Cancel);
        var roster = await store.ReadRosterAsync(0, int.MaxValue, Cancel);
        var counts = await store.CountRosterAsync(Cancel);
        var slots = await store.ReadSlotsAsync(0, long.MaxValue / 4, Cancel);
        var snapshot = (await store.ReadRosterSnapshotAsync(RosterSnapshot.None, Cancel))!;
        var points = 0L;
        await foreach (var point in store.ReadAllPointsAsync(0, long.MaxValue / 4, Cancel))
            points = unchecked((points * 31) + point.InfluencerId + (point.FollowerCount * 7) + (point.FollowingCount * 11) + point.Slot + (point.RetrievedAt * 13) + point.Username.Length);
        return string.Join('\n',
            [
                $"{counts} {await store.ReadGenerationsAsync(Cancel)} {await store.ReadSettingAsync("name", Cancel)} points {points}",
                $"removed {string.Join(',', snapshot.Removed.Order())} gone {string.Join(',', snapshot.GoneUntil.OrderBy(pair => pair.Key))}",
                .. slots.Select(slot => $"{slot.Slot} stored {slot.Stored} others {slot.Others} tracked {slot.Tracked} gone {slot.Gone} {slot.FollowerSum} {slot.FollowingSum} {string.Join(',', slot.Missed)}"),
                .. latest.OrderBy(point => point.InfluencerId).Select(point => point.ToString()),
                .. roster.Select(entry => entry.ToString()),
            ]);
    }

    private static async Task<List<string>> ReceiveTextAsync(IMessageQueue queue) =>
        [.. (await queue.ReceiveAsync(10, TimeSpan.FromHours(1), TimeSpan.Zero, Cancel)).Select(message => Text(message.Body))];

    private static string Text(ReadOnlyMemory<byte> body) => System.Text.Encoding.UTF8.GetString(body.Span);
}
