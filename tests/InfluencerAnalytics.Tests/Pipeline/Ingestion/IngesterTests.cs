using System.Text;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Ingestion;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.Tests.Pipeline.Ingestion;

[Collection(FakeClock.Name)]
public sealed class IngesterTests
{
    private static readonly TimeSpan Ten = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Run_GoodMessages_AreStoredThenDeleted()
    {
        await using var deployment = new Deployment();
        for (var batch = 0; batch < 50; batch++)
            await SendAsync(deployment, [.. Enumerable.Range(batch * 10 + 1, 10)]);
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count == 0, TimeSpan.FromSeconds(5));
        deployment.Store.Points.Count.ShouldBe(500);
        deployment.Metrics.Snapshot().Stored.ShouldBe(500);
        deployment.Metrics.Snapshot().LagSeconds.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(50, 100, 400)]
    [InlineData(1000, 20, 45)]
    public async Task Run_MessagesThatComeEvenly_WaitForOthersWhereCallsCostMoney(int batchDelayMs, int leastDeletes, int mostDeletes)
    {
        await using var deployment = new Deployment();
        deployment.Queues.Points.BatchDelay = TimeSpan.FromMilliseconds(batchDelayMs);
        var deletes = 0;
        deployment.Queues.Points.OnStep = step =>
        {
            if (step.EndsWith(": delete", StringComparison.Ordinal))
                Interlocked.Increment(ref deletes);
            return ValueTask.CompletedTask;
        };
        await deployment.StartIngesterAsync();
        for (var message = 1; message <= 300; message++)
        {
            await SendAsync(deployment, message);
            await deployment.Time.AdvanceAsync(TimeSpan.FromMilliseconds(100));
        }
        deletes.ShouldBeInRange(leastDeletes, mostDeletes);
        await deployment.Time.AdvanceUntilAsync(() => deployment.Store.Points.Count == 300, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Run_AnyMessage_IsDeletedOnlyAfterTheCommit()
    {
        await using var deployment = new Deployment();
        var order = new List<string>();
        deployment.Store.OnStep = step => Note(order, step);
        deployment.Queues.Points.OnStep = step => Note(order, step);
        await SendAsync(deployment, 1, 2);
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count == 0, TimeSpan.FromSeconds(5));
        lock (order)
            order.Where(step => step.Contains("append", StringComparison.Ordinal) || step.Contains("delete", StringComparison.Ordinal)).ShouldBe(
            [
                "store: append", "store: append:done", "influencer_data_points: delete", "influencer_data_points: delete:done",
            ]);
    }

    [Fact]
    public async Task Run_StoreRefuses_MessagesAreVisibleAgainAtOnceAndNothingIsLost()
    {
        await using var deployment = new Deployment();
        deployment.Store.RefusesAppends = true;
        await SendAsync(deployment, 1, 2, 3);
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(30));
        // Or it is in hand at this very moment.
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.VisibleAt.Single() <= deployment.NowMs, TimeSpan.FromSeconds(1));
        deployment.Health.Problems(TimeSpan.FromMinutes(1)).ShouldHaveSingleItem().ShouldContain("refuses");

        deployment.Store.RefusesAppends = false;
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count == 0, TimeSpan.FromSeconds(10));
        deployment.Store.Points.Count.ShouldBe(3);
        deployment.Health.Problems(TimeSpan.FromMinutes(1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_StoreTakesTooLongOverMany_FewerAreWrittenAtOnce()
    {
        await using var deployment = new Deployment();
        deployment.Store.MostBatches = 3;
        for (var message = 1; message <= 40; message++)
            await SendAsync(deployment, message);
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count == 0, TimeSpan.FromSeconds(60));
        deployment.Store.Points.Count.ShouldBe(40);
    }

    [Fact]
    public async Task Run_StoreAway_ReceivesNothing()
    {
        await using var deployment = new Deployment();
        deployment.Store.IsAway = true;
        await SendAsync(deployment, 1, 2, 3);
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(30));
        deployment.Queues.Points.Receives.ShouldBe(0);
        deployment.Store.IsAway = false;
        await deployment.Time.AdvanceUntilAsync(() => deployment.Store.Points.Count == 3, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Run_DeleteFails_TheSecondDeliveryIsCountedAsDuplicates()
    {
        await using var deployment = new Deployment();
        var fails = true;
        deployment.Queues.Points.OnStep = step =>
            step.EndsWith("delete", StringComparison.Ordinal) && fails ? throw new QueueUnavailableException("away") : ValueTask.CompletedTask;
        await SendAsync(deployment, 1, 2, 3);
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Store.Points.Count == 3, TimeSpan.FromSeconds(10));
        fails = false;
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count == 0, TimeSpan.FromSeconds(90));
        deployment.Metrics.Snapshot().ShouldSatisfyAllConditions(
            snapshot => snapshot.Stored.ShouldBe(3),
            snapshot => snapshot.Duplicates.ShouldBe(3));
        deployment.Store.Points.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("""{"v":0,"slot":0}""")]
    [InlineData("""{"v":1,"slot":1795446660000,"interval":10,"points":[],"missed":[]}""")]
    [InlineData("""{"v":1,"slot":9223372036854770000,"interval":10,"points":[],"missed":[]}""")]
    [InlineData("""{"influencer_id":5,"follower_count":50,"following_count":4,"retrieved_at":9007199254740991}""")]
    [InlineData("""{"influencer_id":5,"follower_count":50,"following_count":4,"retrieved_at":253402300799999}""")]
    public async Task Run_UnreadableOrOfTheFuture_IsADeadLetterAndHoldsUpNobody(string body)
    {
        await using var deployment = new Deployment();
        await deployment.Queues.Points.SendTextAsync(body);
        await SendAsync(deployment, 1, 2, 3);
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count == 0, TimeSpan.FromSeconds(5));
        deployment.Store.Points.Count.ShouldBe(3);
        var dead = deployment.Queues.Points.DeadLetters.ShouldHaveSingleItem();
        dead.Reason.ShouldNotBeNullOrWhiteSpace();
        Encoding.UTF8.GetString(dead.Body.Span).ShouldBe(body);
        deployment.Metrics.Snapshot().DeadLettered.ShouldBe(1);
    }

    [Fact]
    public async Task Run_SlotThatBeginsALittleLater_IsStored()
    {
        await using var deployment = new Deployment();
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(8.5), TimeSpan.FromSeconds(1));
        await SendAsync(deployment, deployment.Slot + 10_000, 1);
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Store.Points.Count == 1, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Run_OneBadPoint_IsADeadLetterOfItsOwnOnce()
    {
        await using var deployment = new Deployment();
        deployment.Store.RefusesAppends = true;
        var slot = deployment.Slot;
        await deployment.Queues.Points.SendTextAsync(
            $$"""{"v":1,"slot":{{slot}},"interval":10,"points":[[1,10,1,{{slot}},"one"],[2,-20,1,{{slot}},"two"],[3,30,1,{{slot}},"three"]],"missed":[]}""");
        await deployment.StartIngesterAsync();
        // Delivered many times before the store takes it.
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(30));
        deployment.Store.RefusesAppends = false;
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count == 0, TimeSpan.FromSeconds(10));
        deployment.Store.Points.Select(point => point.InfluencerId).ShouldBe([1, 3]);
        var dead = deployment.Queues.Points.DeadLetters.ShouldHaveSingleItem();
        DataPointMessageReader.Read(dead.Body, Ten).Rejected.ShouldHaveSingleItem("the letter is a message of its own");
        Encoding.UTF8.GetString(dead.Body.Span).ShouldContain("[2,-20,1,");
    }

    [Fact]
    public async Task Run_SingleReadingFromOutside_IsOfASlotOfTheSealedInterval()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1);
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(13), TimeSpan.FromSeconds(1));
        await deployment.Queues.Points.SendTextAsync(
            $$"""{"influencer_id":1,"username":"one","follower_count":50,"following_count":4,"retrieved_at":{{deployment.NowMs}}}""");
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Store.Points.Count == 1, TimeSpan.FromSeconds(2));
        deployment.Store.Points[0].Slot.ShouldBe(Deployment.Midnight.ToUnixTimeMilliseconds() + 10_000);
    }

    [Fact]
    public async Task Stop_WithMessagesReceived_TheyAreStillStored()
    {
        await using var deployment = new Deployment();
        await SendAsync(deployment, 1, 2, 3);
        var ingester = deployment.NewIngester(new IngestionOptions { MaxWait = TimeSpan.FromSeconds(5) });
        await ingester.StartAsync(TestContext.Current.CancellationToken);
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Receives == 1, TimeSpan.FromSeconds(1));
        await deployment.Time.WithClockAsync(Task.Run(() => ingester.StopAsync(CancellationToken.None), CancellationToken.None), TimeSpan.FromSeconds(1));
        deployment.Store.Points.Count.ShouldBe(3);
        deployment.Queues.Points.Bodies.ShouldBeEmpty();
    }

    [Fact]
    public async Task Ingest_ReadingsThatTheStoreRefuses_AreCountedAndTheirMessageIsDone()
    {
        await using var deployment = new Deployment();
        deployment.Store.MaxForeign = 2;
        await SendAsync(deployment, 1, 2, 3, 4);
        await deployment.NewIngester(new IngestionOptions { MaxWait = TimeSpan.Zero }).RoundAsync();
        var snapshot = deployment.Metrics.Snapshot();
        (snapshot.Stored, snapshot.Refused).ShouldBe((2, 2));
        deployment.Queues.Points.Bodies.ShouldBeEmpty();
        deployment.Queues.Points.DeadLetters.ShouldBeEmpty();
    }

    [Fact]
    public async Task SlotKeeper_Rounds_NoteWhoWasTrackedWhenTheSlotBegan()
    {
        await using var deployment = new Deployment();
        var keeper = NewKeeper(deployment);
        await keeper.RoundAsync();
        (await deployment.Store.ReadSlotsAsync(0, long.MaxValue, CancellationToken.None)).ShouldBeEmpty("nothing is sealed");

        await deployment.SeedAsync(1, 2, 3);
        await keeper.RoundAsync();
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        await deployment.Roster.UntrackAsync([3], CancellationToken.None);
        await keeper.RoundAsync();
        await deployment.Roster.TrackAsync([4, 5, 6], CancellationToken.None);
        await keeper.RoundAsync();
        (await deployment.ReadSlotAsync(deployment.Slot)).Tracked.ShouldBe(2);

        await deployment.Time.AdvanceAsync(Ten, Ten);
        await keeper.RoundAsync();
        (await deployment.ReadSlotAsync(deployment.Slot)).Tracked.ShouldBe(5);
    }

    [Fact]
    public async Task SlotKeeper_StoreOrProcessAway_NotesTheSlotsThatWentBy()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2, 3);
        await NewKeeper(deployment).RoundAsync();
        var first = deployment.Slot;
        // Another process, an hour later; meanwhile the roster has grown, and what had waited in the queue came first.
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(10));
        await deployment.Store.AddInfluencersAsync([4], deployment.Store.Sealed!.Generation, CancellationToken.None);
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(10));
        await deployment.Store.NoteSlotAsync(deployment.Slot - 20_000, Ten, CancellationToken.None);
        var keeper = NewKeeper(deployment);
        await keeper.RoundAsync();
        await ShouldHaveNotedAsync(361);

        deployment.Store.IsAway = true;
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));
        await Should.ThrowAsync<StoreUnavailableException>(async () => await keeper.RoundAsync());
        deployment.Store.IsAway = false;
        await keeper.RoundAsync();
        await ShouldHaveNotedAsync(421);

        async Task ShouldHaveNotedAsync(int slots)
        {
            var records = await deployment.Store.ReadSlotsAsync(first, deployment.Slot, CancellationToken.None);
            records.Select(record => record.Slot).ShouldBe(Enumerable.Range(0, slots).Select(i => first + i * deployment.IntervalMs));
            records.Select(record => record.Tracked).ShouldBe(Enumerable.Range(0, slots).Select(i => i < 180 ? 3L : 4L));
        }
    }

    [Fact]
    public async Task SlotKeeper_StoreAway_IsUnreadyNotSilent()
    {
        await using var deployment = new Deployment();
        deployment.Store.IsAway = true;
        await deployment.StartAsync(NewKeeper(deployment));
        await deployment.Time.AdvanceUntilAsync(() => deployment.Health.Problems(Ten).Count == 1, TimeSpan.FromSeconds(5));
        await Should.ThrowAsync<StoreUnavailableException>(deployment.Store.CountRosterAsync(CancellationToken.None).AsTask());
    }

    private static SlotKeeper NewKeeper(Deployment deployment) =>
        new(deployment.Store, deployment.Store, deployment.Health, deployment.Time, NullLogger<SlotKeeper>.Instance);

    private static ValueTask Note(List<string> order, string step)
    {
        lock (order)
            order.Add(step);
        return ValueTask.CompletedTask;
    }

    private static Task SendAsync(Deployment deployment, params int[] ids) => SendAsync(deployment, deployment.Slot, ids);

    private static async Task SendAsync(Deployment deployment, long slot, params int[] ids)
    {
        var points = ids.Select(id => new DataPoint(id, id * 10, 1, slot, deployment.NowMs, $"influencer-{id}")).ToList();
        await deployment.Queues.Points.SendAsync(new DataPointMessageWriter().Write(slot, Ten, points, []), CancellationToken.None);
    }
}
