using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Embedded.Files;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Roster;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.ContractTests.Embedded;

/// <summary>Directories that cannot be used, full disks, and what grows old.</summary>
public sealed class EmbeddedFailureTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Open_DirectoryInUse_SaysSo()
    {
        using var test = new TestDatabase();
        var message = Should.Throw<EmbeddedDataException>(() => test.Open(test.Directory)).Message;
        message.ShouldContain(test.Directory);
        message.ShouldContain("in use");
    }

    [Theory]
    [InlineData("LOCK")]
    [InlineData("db/LOCK")]
    public void Open_LockIsADirectory_SaysSo(string file)
    {
        using var test = new TestDatabase();
        var copy = Path.Combine(test.Root, "locked");
        test.CopyTo(copy);
        var path = Path.Combine(copy, file);
        File.Delete(path);
        Directory.CreateDirectory(path);
        var message = Should.Throw<EmbeddedDataException>(() => test.Open(copy)).Message;
        message.ShouldContain(path);
        message.ShouldContain("is a directory");
        message.ShouldNotContain("in use");
        Directory.Delete(path);
        test.Open(copy).Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Open_OlderFormat_SaysWhatToDoAndChangesNothing(int format)
    {
        using var test = new TestDatabase();
        var older = Path.Combine(test.Root, "older");
        test.CopyTo(older);
        File.WriteAllText(Path.Combine(older, "FORMAT"), $"influencer-analytics-embedded {format}\n");
        var before = Describe(older);
        Should.Throw<EmbeddedDataException>(() => test.Open(older)).Message.ShouldSatisfyAllConditions(
            message => message.ShouldContain($"format {format}"), message => message.ShouldContain(older), message => message.ShouldContain("export --all"));
        Describe(older).ShouldBe(before);
    }

    [Fact]
    public void Open_NewerFormat_SaysSoAndChangesNothing()
    {
        using var test = new TestDatabase();
        var newer = Path.Combine(test.Root, "newer");
        test.CopyTo(newer);
        File.WriteAllText(Path.Combine(newer, "FORMAT"), "influencer-analytics-embedded 5\n");
        var before = Describe(newer);
        Should.Throw<EmbeddedDataException>(() => test.Open(newer)).Message.ShouldContain("newer version");
        Describe(newer).ShouldBe(before);
    }

    [Fact]
    public async Task Open_FormatBefore_IsUpgradedWithWhatAnOlderProgramDidNotKeep()
    {
        using var test = new TestDatabase();
        var hour = TestDatabase.Start.ToUnixTimeMilliseconds();
        await test.Database.Store.AddInfluencersAsync([1, 2], 0, Cancel);
        test.Time.Advance(TimeSpan.FromHours(1));
        await AppendAsync(test, hour, 1, "anna");
        test.Time.Advance(TimeSpan.FromHours(2));
        test.Database.Work.RollUp();
        // An older program knows neither the index of names nor the sums of hours: what it writes is in neither.
        var sums = SumsOf(test.Database).ToList();
        await AppendAsync(test, hour + 60_000, 2, "berta");
        PutBack(test.Database, sums);
        test.Database.Dispose();
        File.WriteAllText(Path.Combine(test.Directory, "FORMAT"), "influencer-analytics-embedded 3\n");

        for (var start = 0; start < 2; start++)
        {
            var database = test.Reopen();
            File.ReadAllText(Path.Combine(test.Directory, "FORMAT")).ShouldBe($"influencer-analytics-embedded {DirectoryLayout.Format}\n");
            foreach (var (name, id) in ((string, long)[])[("anna", 1), ("berta", 2)])
                (await database.Store.SearchRosterAsync(new RosterSearch(name, null, default, 10), Cancel)).Members.ShouldHaveSingleItem().InfluencerId.ShouldBe(id);
            (await database.Store.ReadSlotHoursAsync(hour, hour, Cancel)).ShouldHaveSingleItem().Stored.ShouldBe(2);
            database.Work.RollUp();
        }
    }

    private static ValueTask<AppendResult> AppendAsync(TestDatabase test, long slot, long id, string name) =>
        test.Database.Store.AppendAsync([new DataPointBatch(slot, TimeSpan.FromMinutes(1), [new DataPoint(id, 10, 1, slot, slot, name)], [])], Cancel);

    private static IEnumerable<(byte[] Key, byte[] Value)> SumsOf(EmbeddedDatabase database)
    {
        using var rows = database.Native.Iterate(database.Native[ColumnFamilyNames.SlotHours]);
        for (var isThere = rows.SeekToFirst(); isThere; isThere = rows.Next())
            yield return (rows.Key.ToArray(), rows.Value.ToArray());
    }

    private static void PutBack(EmbeddedDatabase database, List<(byte[] Key, byte[] Value)> sums)
    {
        var batch = new WriteBatchBuffer();
        foreach (var (key, value) in sums)
            batch.Put(database.Native[ColumnFamilyNames.SlotHours], key, value);
        using (var names = database.Native.Iterate(database.Native[ColumnFamilyNames.NameIndex]))
        {
            for (var isThere = names.SeekToFirst(); isThere; isThere = names.Next())
            {
                if (names.Key.StartsWith("berta"u8))
                    batch.Delete(database.Native[ColumnFamilyNames.NameIndex], names.Key);
            }
        }
        database.Native.Write(batch);
    }

    [Fact]
    public void Open_UnreadableFormat_IsRefused()
    {
        using var test = new TestDatabase();
        var other = Path.Combine(test.Root, "other");
        test.CopyTo(other);
        File.WriteAllText(Path.Combine(other, "FORMAT"), "something else");
        Should.Throw<EmbeddedDataException>(() => test.Open(other)).Message.ShouldContain("FORMAT");
    }

    [Fact]
    public void Open_CurrentMissing_IsRefusedRatherThanStartedAnew()
    {
        using var test = new TestDatabase();
        var copy = Path.Combine(test.Root, "copy");
        test.CopyTo(copy);
        File.Delete(Path.Combine(copy, "db", "CURRENT"));
        Should.Throw<EmbeddedDataException>(() => test.Open(copy)).Message.ShouldContain("CURRENT");
        File.Delete(Path.Combine(copy, "FORMAT"));
        File.WriteAllText(Path.Combine(copy, "db", "000099.sst"), "");
        Should.Throw<EmbeddedDataException>(() => test.Open(copy)).Message.ShouldContain("CURRENT");
    }

    [Fact]
    public void Open_NoPermissionOrNoDirectory_NamesThePath()
    {
        using var test = new TestDatabase();
        var file = Path.Combine(test.Root, "file");
        File.WriteAllText(file, "");
        // Not even root can make a directory below a file, nor in /proc.
        Should.Throw<EmbeddedDataException>(() => test.Open(Path.Combine(file, "data"))).Message.ShouldContain(file);
        if (OperatingSystem.IsLinux())
            Should.Throw<EmbeddedDataException>(() => test.Open("/proc/nothing/data")).Message.ShouldContain("/proc/nothing/data");
    }

    [Fact]
    public void Open_ReadOnlyDirectory_SaysThatPermissionIsMissing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.UserName == "root", "The superuser may write anywhere.");
        using var test = new TestDatabase();
        var directory = System.IO.Directory.CreateDirectory(Path.Combine(test.Root, "locked"));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(directory.FullName, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Should.Throw<EmbeddedDataException>(() => test.Open(directory.FullName)).Message.ShouldContain("permission", Case.Insensitive);
    }

    [Fact]
    public async Task Intake_DiskNearlyFull_StopsInStepsAndGoesOn()
    {
        using var test = new TestDatabase(options => options with { MinFreeBytes = 1000 });
        var queue = test.Database.Queues.Get(QueueNames.InfluencerDataPoints);
        await queue.SendAsync([new("one"u8.ToArray()), new("two"u8.ToArray())], Cancel);
        var messages = await queue.ReceiveAsync(2, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancel);

        test.FreeBytes = 999;
        test.Database.Work.CheckDisk();
        var refused = await Should.ThrowAsync<QueueUnavailableException>(async () => await queue.SendAsync([new("three"u8.ToArray())], Cancel));
        refused.Message.ShouldContain("MinFreeBytes");
        (await AppendAsync(test, 1)).Inserted.ShouldBe(1);
        var status = await test.Database.Store.GetStatusAsync(Cancel);
        (status.Ready, status.FreeBytes, status.Points).ShouldBe((true, 999, 1), "what is queued is still stored, which frees the queue's space");

        test.FreeBytes = 499;
        test.Database.Work.CheckDisk();
        await Should.ThrowAsync<StoreUnavailableException>(async () => await AppendAsync(test, 2));
        (await test.Database.Store.GetStatusAsync(Cancel)).Ready.ShouldBeFalse();
        (await queue.ChangeVisibilityAsync([new VisibilityChange(messages[0], TimeSpan.FromSeconds(5))], Cancel)).ShouldBeEmpty();
        await queue.DeleteAsync([messages[1]], Cancel);

        test.FreeBytes = 5000;
        test.Database.Work.CheckDisk();
        await queue.SendAsync([new("three"u8.ToArray())], Cancel);
        (await AppendAsync(test, 2)).Inserted.ShouldBe(1);
        (await test.Database.Store.GetStatusAsync(Cancel)).Ready.ShouldBeTrue();
        (await queue.GetDepthAsync(Cancel)).InFlight.ShouldBe(1);
    }

    [Fact]
    public async Task Closed_Store_IsUnavailableAndSaysSo()
    {
        using var test = new TestDatabase();
        var queue = test.Database.Queues.Get(QueueNames.InfluencerDataPoints);
        var waiting = queue.ReceiveAsync(1, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(20), Cancel).AsTask();
        test.Database.Dispose();
        await Should.ThrowAsync<QueueUnavailableException>(waiting);
        await Should.ThrowAsync<StoreUnavailableException>(async () => await AppendAsync(test, 1));
        await Should.ThrowAsync<StoreUnavailableException>(async () => await test.Database.Store.ReadPointsAsync(1, 0, 1, 1, Cancel));
        await Should.ThrowAsync<QueueUnavailableException>(async () => await queue.SendAsync([new("x"u8.ToArray())], Cancel));
        (await test.Database.Store.GetStatusAsync(Cancel)).Ready.ShouldBeFalse();
    }

    [Fact]
    public async Task Append_WriteFails_LeavesMemoryAsItWas()
    {
        using var test = new TestDatabase();
        await test.Database.Store.AddInfluencersAsync([1, 2], 0, Cancel);
        await AppendAsync(test, 1);
        var slot = Slot(test);
        // A slot that no key can say: staged behind good ones, it fails the whole write.
        var bad = new DataPointBatch(-60_000, Interval, [new DataPoint(1, 1, 1, -60_000, 0, "x")], []);
        await test.Database.Store.AppendAsync([new DataPointBatch(slot - 30_000, Interval, [], [new Miss(2, MissReason.NotFound)]), new DataPointBatch(slot, Interval, [], [new Miss(2, MissReason.NotFound)])], Cancel);
        var good = new DataPointBatch(slot + 60_000, Interval, [new DataPoint(1, 999, 9, slot + 60_000, slot, "x"), new DataPoint(3, 9, 9, slot + 60_000, slot, "y")], [new Miss(2, MissReason.NotFound)]);
        await Should.ThrowAsync<StoreRefusedException>(async () => await test.Database.Store.AppendAsync([good, bad], Cancel));

        (await test.Database.Store.ReadPointsAsync(1, 0, long.MaxValue / 4, 10, Cancel)).Count.ShouldBe(1);
        (await test.Database.Store.ReadSlotsAsync(slot + 60_000, slot + 60_000, Cancel)).ShouldBeEmpty();
        (await test.Database.Store.CountRosterAsync(Cancel)).Gone.ShouldBe(0);
        (await test.Database.Store.FindInfluencerAsync(3, Cancel)).ShouldBeNull();
        var latest = new List<LatestPoint>();
        await test.Database.Store.ReadLatestChangesAsync(null, 10, latest, Cancel);
        latest.Select(point => point.InfluencerId).Order().ShouldBe([1L, 2L]);
        (await test.Database.Store.AppendAsync([good], Cancel)).ShouldBe(new AppendResult(2, 0, 0));
        (await test.Database.Store.CountRosterAsync(Cancel)).Gone.ShouldBe(1);
    }

    [Fact]
    public async Task Retention_ByAge_DropsFilesAndColumnFamilies()
    {
        using var test = new TestDatabase(options => options with { RawRetention = TimeSpan.FromDays(2), HourlyRetention = TimeSpan.FromDays(10), DailyRetention = TimeSpan.FromDays(800) });
        for (var day = 0; day < 30; day++)
        {
            await AppendAsync(test, 1);
            test.Time.Advance(TimeSpan.FromDays(1));
            test.Database.Work.RollUp();
            test.Database.Work.ApplyRetention();
            Families(test, "points-").ShouldBeLessThanOrEqualTo(4);
            Families(test, "hours-").ShouldBeLessThanOrEqualTo(4);
        }

        var store = test.Reopen().Store;
        (await store.ReadPointsAsync(1, 0, long.MaxValue / 4, 100, Cancel)).Count.ShouldBeInRange(2, 3);
        (await store.ReadRollupsAsync(1, RollupPeriod.Hour, 0, long.MaxValue / 4, Cancel)).Count.ShouldBeInRange(10, 17);
        (await store.ReadRollupsAsync(1, RollupPeriod.Day, 0, long.MaxValue / 4, Cancel)).Count.ShouldBe(30);
        (await store.ReadSlotsAsync(0, long.MaxValue / 4, Cancel)).Count.ShouldBeInRange(10, 11);
    }

    [Fact]
    public async Task Retention_BySize_DropsTheOldestDaysOnceRolledUp()
    {
        using var test = new TestDatabase(options => options with { MaxBytes = 1 });
        for (var day = 0; day < 3; day++)
        {
            await AppendAsync(test, 1);
            test.Time.Advance(TimeSpan.FromDays(1));
        }

        await AppendAsync(test, 1);
        test.Database.Work.ApplyRetention();
        Families(test, "points-").ShouldBe(4);
        test.Database.Work.RollUp();
        test.Database.Work.ApplyRetention();
        Families(test, "points-").ShouldBe(1);

        var dropped = TestDatabase.Start.ToUnixTimeMilliseconds() + 3_600_000;
        var store = test.Reopen().Store;
        (await store.AppendAsync([new DataPointBatch(dropped, Interval, [new DataPoint(1, 1, 1, dropped, dropped, "x")], [])], Cancel)).Expired.ShouldBe(1);
        (await store.ReadRollupsAsync(1, RollupPeriod.Hour, 0, long.MaxValue / 4, Cancel)).Count.ShouldBe(4);
    }

    [Fact]
    public async Task Rollups_CrashHalfWay_GoOnFromThere()
    {
        using var test = new TestDatabase();
        var slot = Slot(test);
        await test.Database.Store.AppendAsync(
            [new DataPointBatch(slot, Interval, [.. Enumerable.Range(1, 5000).Select(id => new DataPoint(id, id, 1, slot, slot, "x"))], [])], Cancel);
        test.Time.Advance(TimeSpan.FromHours(30));
        test.Database.Work.RollUpStep().ShouldBeTrue();
        var late = new DataPointBatch(slot + 60_000, Interval, [.. Enumerable.Range(1, 5000).Select(id => new DataPoint(id, id * 2, 1, slot, slot, "x"))], []);
        var store = test.OpenAfterCrash().Store;
        await store.AppendAsync([late], Cancel);
        for (var round = 0; round < 2; round++)
        {
            foreach (var id in new[] { 1L, 2000L, 2001L, 5000L })
            {
                (await store.ReadRollupsAsync(id, RollupPeriod.Hour, 0, long.MaxValue / 4, Cancel)).ShouldHaveSingleItem().Followers.ShouldBe(new RollupColumn(3 * id, id, 2 * id, id, 2 * id));
                (await store.ReadRollupsAsync(id, RollupPeriod.Day, 0, long.MaxValue / 4, Cancel)).ShouldHaveSingleItem().Followers.Sum.ShouldBe(3 * id);
            }

            test.Database.Work.RollUp();
        }
    }

    [Fact]
    public void Validate_BadOptions_ReportsEveryOne()
    {
        var errors = new OptionsErrors(EmbeddedOptions.Section);
        new EmbeddedOptions { DataDirectory = " ", RawRetention = TimeSpan.FromDays(100), DailyRetention = TimeSpan.FromDays(1), MaxBytes = 1, MinFreeBytes = -1 }.Validate(errors);
        errors.All.Count.ShouldBe(5);
        var none = new OptionsErrors(EmbeddedOptions.Section);
        new EmbeddedOptions().Validate(none);
        new EmbeddedOptions { RawRetention = null, HourlyRetention = null }.Validate(none);
        none.All.ShouldBeEmpty();
    }

    [Fact]
    public void Open_Twice_NeedsNoSecondOfWorkToFindOut()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var options = new EmbeddedOptions { DataDirectory = path };
        using (var database = EmbeddedDatabase.Open(options, TimeProvider.System, NullLoggerFactory.Instance))
            Should.Throw<EmbeddedDataException>(() => EmbeddedDatabase.Open(options, TimeProvider.System, NullLoggerFactory.Instance));
        EmbeddedDatabase.Open(options, TimeProvider.System, NullLoggerFactory.Instance).Dispose();
        System.IO.Directory.Delete(path, recursive: true);
    }

    private static long Slot(TestDatabase test) => test.Time.GetUtcNow().ToUnixTimeMilliseconds() / 60_000 * 60_000;

    private static async Task<AppendResult> AppendAsync(TestDatabase test, long id)
    {
        var slot = Slot(test);
        return await test.Database.Store.AppendAsync([new DataPointBatch(slot, Interval, [new DataPoint(id, 100, 10, slot, slot, "x")], [])], Cancel);
    }

    private static int Families(TestDatabase test, string prefix) =>
        test.Database.Native.ColumnFamilies.Count(family => family.Name.StartsWith(prefix, StringComparison.Ordinal));

    private static string[] Describe(string directory) =>
        [.. System.IO.Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Order().Select(file => $"{file} {new FileInfo(file).Length}")];
}
