using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.ContractTests.Embedded.Writing;

/// <summary>A write that fails once all of it is staged leaves memory and disk as they were, whoever writes.</summary>
public sealed class EmbeddedUndoTests : IDisposable
{
    private static readonly TimeSpan Interval = FailingStore.Interval;
    private static readonly long Start = FailingStore.Start;
    private static readonly Rollup Imported = new(8, RollupPeriod.Hour, Start - 864_000_000, 1, RollupColumn.Of(5), RollupColumn.Of(6));

    private static readonly Dictionary<string, Func<FailingStore, Task>> Writes = new()
    {
        ["append"] = async test => await test.Store.AppendAsync(
            [
                new DataPointBatch(Start - 60_000, Interval, [FailingStore.Point(2, Start - 60_000)], []),
                new DataPointBatch(Start, Interval, [FailingStore.Point(3, Start)], []),
                new DataPointBatch(
                    Start + 120_000, Interval, [FailingStore.Point(1, Start + 120_000, "renamed"), FailingStore.Point(9, Start + 120_000)], [new Miss(2, MissReason.NotFound)]),
            ], Cancel),
        ["add"] = async test => await test.Store.AddInfluencersAsync([4, 5], 1, Cancel),
        ["remove"] = async test => await test.Store.RemoveInfluencersAsync([1, 3], Cancel),
        ["note"] = async test => await test.Store.NoteSlotAsync(Start + 120_000, Interval, Cancel),
        ["allocate"] = async test => await test.Store.AllocateGenerationAsync(Cancel),
        ["seal"] = async test => await test.Store.TrySealGenerationAsync(new SealedGeneration(2, Interval, 500, 0, 1), long.MaxValue, Cancel),
        ["request"] = async test => await test.Store.RequestGenerationAsync(Cancel),
        ["setting"] = async test => await test.Store.WriteSettingAsync("x", "2", Cancel),
        ["import"] = async test => await test.Store.ImportRollupsAsync([Imported], Cancel),
        ["keep since"] = test =>
        {
            test.Live.Parts.Points.KeepSince(SlotSeconds.Of(Start + 600_000));
            return Task.CompletedTask;
        },
    };

    private readonly FailingStore _test = new();

    public static TheoryData<string> Names => [.. Writes.Keys];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Write_FailsAtItsEnd_LeavesMemoryAndDiskAsTheyWere(string name)
    {
        await _test.PrepareAsync();
        await _test.CheckAsync(() => Writes[name](_test));
    }

    [Fact]
    public async Task Add_FailsInTheMiddle_LeavesMemoryAndDiskAsTheyWere()
    {
        await _test.PrepareAsync();
        var before = await _test.DescribeAsync();
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await _test.Store.AddInfluencersAsync([4, -1], 1, Cancel));
        (await _test.DescribeAsync()).ShouldBe(before);
        (await _test.Store.AddInfluencersAsync([4], 1, Cancel)).Added.ShouldBe(1);
        await ShouldBeOnDiskAsync();
    }

    /// <summary>They are added by then; how many small shards that made is counted by a second write.</summary>
    [Fact]
    public async Task Add_CountOfItsShardsFails_MemoryAndDiskSayTheSame()
    {
        await _test.PrepareAsync();
        _test.Live.Failing.FailAt(1);
        await Should.ThrowAsync<InvalidOperationException>(async () => await _test.Store.AddInfluencersAsync([4], 1, Cancel));
        _test.Live.Failing.FailAt(null);
        (await _test.Store.FindInfluencerAsync(4, Cancel)).ShouldNotBeNull();
        (await _test.Store.ReadGenerationsAsync(Cancel)).AddedShards.ShouldBe(0);
        await ShouldBeOnDiskAsync();
    }

    [Fact]
    public async Task Import_FailsInTheMiddle_LeavesMemoryAndDiskAsTheyWere()
    {
        await _test.PrepareAsync();
        var before = await _test.DescribeAsync();
        await Should.ThrowAsync<ArgumentException>(async () => await _test.Store.ImportRollupsAsync([Imported, Imported with { Start = Imported.Start + 1000 }], Cancel));
        (await _test.DescribeAsync()).ShouldBe(before);
        (await _test.Store.ImportRollupsAsync([Imported], Cancel)).ShouldBe(1);
        await ShouldBeOnDiskAsync();
    }

    public void Dispose() => _test.Dispose();

    private async Task ShouldBeOnDiskAsync() => (await FailingStore.DescribeAsync(_test.Load())).ShouldBe(await _test.DescribeAsync());
}
