using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Queues;

[Collection(FakeClock.Name)]
public sealed class BatchLaneTests
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(50);

    private readonly FakeTimeProvider _time = new();
    private readonly List<int[]> _flushed = [];
    private readonly List<EntryFailure> _failures = [];

    [Fact]
    public async Task Add_Full_IsFlushedAtOnce()
    {
        var lane = Lane();
        var adds = Enumerable.Range(1, 3).Select(item => lane.AddAsync(item, 1, TestContext.Current.CancellationToken)).ToList();
        await Task.WhenAll(adds);
        _flushed.ShouldHaveSingleItem().ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Add_NotFull_IsFlushedAtItsAge()
    {
        var lane = Lane();
        var add = lane.AddAsync(1, 1, TestContext.Current.CancellationToken);
        await _time.AdvanceAsync(TimeSpan.FromMilliseconds(40));
        add.IsCompleted.ShouldBeFalse();
        await _time.WithClockAsync(add, MaxAge);
        _flushed.ShouldHaveSingleItem().ShouldBe([1]);
    }

    [Fact]
    public async Task Add_TooHeavyForTheOpenBatch_StartsTheNext()
    {
        var lane = Lane();
        var first = lane.AddAsync(1, 60, TestContext.Current.CancellationToken);
        var second = lane.AddAsync(2, 60, TestContext.Current.CancellationToken);
        await first;
        _flushed.ShouldHaveSingleItem().ShouldBe([1]);
        await _time.WithClockAsync(second, TimeSpan.FromSeconds(1));
        _flushed[1].ShouldBe([2]);
    }

    [Fact]
    public async Task Add_HeavierThanABatch_IsOneOfItsOwn()
    {
        await Lane().AddAsync(1, 1000, TestContext.Current.CancellationToken);
        _flushed.ShouldHaveSingleItem().ShouldBe([1]);
    }

    [Fact]
    public async Task Add_FlushFails_ReachesTheCallersOfThatBatchOnly()
    {
        var lane = Lane(failOn: 2);
        var adds = Enumerable.Range(1, 6).Select(item => lane.AddAsync(item, 1, TestContext.Current.CancellationToken)).ToList();
        await Task.WhenAll(adds).ContinueWith(_ => { }, TaskScheduler.Default);
        adds.Select(add => add.IsFaulted).ShouldBe([true, true, true, false, false, false]);
        adds[0].Exception!.InnerException.ShouldBeOfType<InvalidOperationException>();
    }

    [Fact]
    public async Task Add_OneEntryFails_ReachesItsCallerOnly()
    {
        _failures.Add(new EntryFailure(1, "Something within the queue failed."));
        _failures.Add(new EntryFailure(2, "The receipt is no longer valid.", IsStale: true));
        var lane = Lane();
        var adds = Enumerable.Range(1, 3).Select(item => lane.AddAsync(item, 1, TestContext.Current.CancellationToken)).ToList();
        await Task.WhenAll(adds).ContinueWith(_ => { }, TaskScheduler.Default);
        adds.Select(add => add.IsFaulted).ShouldBe([false, true, false]);
        adds[1].Exception!.InnerException.ShouldBeOfType<QueueUnavailableException>().Message.ShouldBe("Something within the queue failed.");
    }

    [Fact]
    public async Task Add_CallerGivesUp_TheOthersAreStillFlushed()
    {
        var lane = Lane();
        using var givesUp = new CancellationTokenSource();
        var first = lane.AddAsync(1, 1, givesUp.Token);
        var second = lane.AddAsync(2, 1, TestContext.Current.CancellationToken);
        await givesUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        await _time.WithClockAsync(second, TimeSpan.FromSeconds(1));
        _flushed.ShouldHaveSingleItem().ShouldContain(2);
    }

    [Fact]
    public async Task Add_ManyCallersAtOnce_EachItemOnce()
    {
        var lane = Lane();
        var adds = Enumerable.Range(0, 3000).Select(item => Task.Run(() => lane.AddAsync(item, 1, CancellationToken.None))).ToList();
        await _time.WithClockAsync(Task.WhenAll(adds), TimeSpan.FromSeconds(10));
        _flushed.SelectMany(batch => batch).Order().ShouldBe(Enumerable.Range(0, 3000));
        _flushed.ShouldAllBe(batch => batch.Length <= 3);
    }

    private BatchLane<int> Lane(int failOn = -1) => new(
        (items, _) =>
        {
            if (items.Contains(failOn))
                throw new InvalidOperationException("As told.");
            lock (_flushed)
                _flushed.Add([.. items]);
            return ValueTask.FromResult<IReadOnlyList<EntryFailure>>([.. _failures]);
        },
        maxCount: 3,
        maxWeight: 100,
        MaxAge,
        _time);
}
