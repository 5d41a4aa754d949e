using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.ContractTests.Embedded.Disk;

/// <summary>What the embedded database does as the disk fills, and what it counts as its own.</summary>
public sealed class EmbeddedDiskTests
{
    private const long MiB = 1024 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Status_DiskBelowTheFirstStep_TakesDataPointsButNoMessages()
    {
        using var test = new TestDatabase(options => options with { MinFreeBytes = 1000 * MiB });
        test.Database.QueueProblem.ShouldBeNull();
        test.FreeBytes = 700 * MiB;
        test.Database.Work.CheckDisk();
        (await test.Database.Store.GetStatusAsync(Cancel)).Ready.ShouldBeTrue();
        (await AppendAsync(test)).Inserted.ShouldBe(1);
        var send = async () => await test.Database.Queues.Get(QueueNames.InfluencerIdStore).SendAsync([new OutgoingMessage("x"u8.ToArray())], Cancel);
        (await send.ShouldThrowAsync<QueueUnavailableException>()).Message.ShouldBe(test.Database.QueueProblem);

        test.FreeBytes = 400 * MiB;
        test.Database.Work.CheckDisk();
        var status = await test.Database.Store.GetStatusAsync(Cancel);
        status.Ready.ShouldBeFalse();
        status.Detail.ShouldNotBeNullOrEmpty();
        await Should.ThrowAsync<StoreUnavailableException>(async () => await AppendAsync(test));
    }

    [Fact]
    public async Task Status_AskedAgainAtOnce_DoesNotCountFilesAgain()
    {
        using var test = new TestDatabase();
        var before = (await test.Database.Store.GetStatusAsync(Cancel)).UsedBytes;
        await File.WriteAllBytesAsync(Path.Combine(test.Directory, "db", "more"), new byte[MiB], Cancel);
        (await test.Database.Store.GetStatusAsync(Cancel)).UsedBytes.ShouldBe(before);
        test.Time.Advance(TimeSpan.FromSeconds(11));
        (await test.Database.Store.GetStatusAsync(Cancel)).UsedBytes.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(before!.Value + MiB);
    }

    [Fact]
    public async Task Retention_BackupOverTheSizeAllowed_DropsNothing()
    {
        const long MaxBytes = 100 * MiB;
        using var test = new TestDatabase(options => options with { MaxBytes = MaxBytes });
        await AppendAsync(test);
        test.Time.Advance(TimeSpan.FromDays(2));
        await AppendAsync(test);
        test.Database.Work.RollUp();
        test.Database.BackupTo(Path.Combine(test.Directory, "backups", "first"));
        using (var large = File.Create(Path.Combine(test.Directory, "backups", "first", "db", "large.sst")))
            large.SetLength(2 * MaxBytes);
        test.Database.Work.ApplyRetention();
        (await test.Database.Store.ReadPointsAsync(1, 0, long.MaxValue / 4, 10, Cancel)).Count.ShouldBe(2);
        (await test.Database.Store.GetStatusAsync(Cancel)).UsedBytes.ShouldNotBeNull().ShouldBeLessThan(MaxBytes);
    }

    private static async Task<AppendResult> AppendAsync(TestDatabase test)
    {
        var slot = test.Time.GetUtcNow().ToUnixTimeMilliseconds() / 60_000 * 60_000;
        return await test.Database.Store.AppendAsync(
            [new DataPointBatch(slot, TimeSpan.FromMinutes(1), [new DataPoint(1, 10, 1, slot, slot, "one")], [])], Cancel);
    }
}
