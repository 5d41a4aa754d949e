using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.ContractTests.Embedded.Stores;

public sealed class EmbeddedStreamTests : IDisposable
{
    private const long Minute = 60_000;
    private const int Ids = 1000;

    private readonly TestDatabase _test = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _test.Dispose();

    // An iterator left open would keep the database, its lock included, from closing.
    [Fact]
    public async Task ReadAllPoints_ReaderThatStopsInTheMiddle_HoldsNothing()
    {
        await FillAsync(minutes: 60);
        await using var reader = _test.Database.Store.ReadAllPointsAsync(0, long.MaxValue / 4, Cancel).GetAsyncEnumerator(Cancel);
        (await reader.MoveNextAsync()).ShouldBeTrue();
        _test.Reopen();
        var read = 1;
        await Should.ThrowAsync<StoreUnavailableException>(async () =>
        {
            while (await reader.MoveNextAsync())
                read++;
        });
        read.ShouldBeInRange(1, Ids * 60 - 1);
    }

    [Fact]
    public async Task ReadAllPoints_DayDroppedMeanwhile_GoesOnWithTheNext()
    {
        await FillAsync(minutes: 40);
        _test.Time.Advance(TimeSpan.FromDays(1));
        await FillAsync(minutes: 1);
        await using var reader = _test.Database.Store.ReadAllPointsAsync(0, long.MaxValue / 4, Cancel).GetAsyncEnumerator(Cancel);
        (await reader.MoveNextAsync()).ShouldBeTrue();
        var firstDay = reader.Current.Slot / (1440 * Minute);
        _test.Time.Advance(TimeSpan.FromDays(7));
        _test.Database.Work.RollUp();
        _test.Database.Work.ApplyRetention();
        var last = new List<DataPoint>();
        while (await reader.MoveNextAsync())
        {
            if (reader.Current.Slot / (1440 * Minute) > firstDay)
                last.Add(reader.Current);
        }

        last.Count.ShouldBe(Ids);
    }

    private async Task FillAsync(int minutes)
    {
        var now = _test.Time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var minute = 0; minute < minutes; minute++)
        {
            var slot = now - now % Minute + minute * Minute;
            var points = Enumerable.Range(1, Ids).Select(id => new DataPoint(id, 100, 10, slot, slot, $"influencer-{id}")).ToList();
            await _test.Database.Store.AppendAsync([new DataPointBatch(slot, TimeSpan.FromMinutes(1), points, [])], Cancel);
        }
    }
}
