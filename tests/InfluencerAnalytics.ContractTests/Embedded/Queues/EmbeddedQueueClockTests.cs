using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.ContractTests.Embedded.Queues;

/// <summary>The wall clock is set while messages are hidden, held or waited for, and between two processes.</summary>
public sealed class EmbeddedQueueClockTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Seconds: forward, and back.</summary>
    public static TheoryData<double> Steps => [2, -2, 3600, -3600, 86400, -86400, 365 * 86400.0, -365 * 86400.0];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Receive_ClockSetWhileRunning_MessagesAppearWhenTheyWouldHave(double step)
    {
        using var test = new TestDatabase();
        var queue = test.Database.Queues.Get(QueueNames.InfluencerIdStore);
        await queue.SendAsync([new("rearmed"u8.ToArray()), new("held"u8.ToArray())], Cancel);
        await queue.SendAsync([new("delayed"u8.ToArray(), Minute)], Cancel);
        var received = await queue.ReceiveAsync(10, Minute, TimeSpan.Zero, Cancel);
        await queue.ChangeVisibilityAsync([new VisibilityChange(received.Single(message => Text(message) == "rearmed"), Minute)], Cancel);
        var waiting = queue.ReceiveAsync(10, Minute, TimeSpan.FromMinutes(2), Cancel).AsTask();

        Set(test, step);
        test.Time.Advance(Minute * 0.95);
        (await queue.ReceiveAsync(10, Minute, TimeSpan.Zero, Cancel)).ShouldBeEmpty();
        waiting.IsCompleted.ShouldBeFalse();

        test.Time.Advance(Minute * 0.1);
        var appeared = (await waiting).ToList();
        appeared.AddRange(await queue.ReceiveAsync(10, Minute, TimeSpan.Zero, Cancel));
        appeared.ConvertAll(Text).ShouldBe(["delayed", "held", "rearmed"], ignoreOrder: true);
        (await queue.GetDepthAsync(Cancel)).OldestWaitingSeconds!.Value.ShouldBeInRange(0, 10);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Receive_WaitWithNothingToCome_EndsWhenItWouldHave(double step)
    {
        using var test = new TestDatabase();
        var queue = test.Database.Queues.Get(QueueNames.InfluencerIdStore);
        var waiting = queue.ReceiveAsync(1, Minute, Minute, Cancel).AsTask();
        Set(test, step);
        test.Time.Advance(Minute * 0.95);
        waiting.IsCompleted.ShouldBeFalse();
        test.Time.Advance(Minute * 0.1);
        (await waiting).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Open_ClockSetMeanwhile_NothingIsHiddenForLongerThanItWas(double step)
    {
        using var logs = new ListLoggerFactory();
        using var test = new TestDatabase(logs: logs);
        var queue = test.Database.Queues.Get(QueueNames.InfluencerIdStore);
        await queue.SendAsync([new("rearmed"u8.ToArray())], Cancel);
        await queue.SendAsync([new("delayed"u8.ToArray(), Minute)], Cancel);
        await queue.ChangeVisibilityAsync([new VisibilityChange((await queue.ReceiveAsync(1, Minute, TimeSpan.Zero, Cancel))[0], Minute)], Cancel);

        Set(test, step);
        queue = test.OpenAfterCrash().Queues.Get(QueueNames.InfluencerIdStore);
        var atOnce = await queue.ReceiveAsync(10, Minute, TimeSpan.Zero, Cancel);
        // Two seconds forward leave 58; any other step says nothing of what is left.
        atOnce.Count.ShouldBe(step == 2 ? 0 : 2);
        logs.Messages.Any(message => message.Contains("hidden until later than they can have been")).ShouldBe(step < 0);
        test.Time.Advance(Minute);
        atOnce.Count.ShouldBe(2 - (await queue.ReceiveAsync(10, Minute, TimeSpan.Zero, Cancel)).Count(message => message.ReceiveCount == 1 || step == 2));
    }

    [Fact]
    public async Task Open_AfterKill_HoldsEndAtOnceAndWhatWasPutBackStaysHidden()
    {
        using var test = new TestDatabase();
        var queue = test.Database.Queues.Get(QueueNames.InfluencerIdStore);
        await queue.SendAsync([new("renewed"u8.ToArray()), new("rearmed"u8.ToArray())], Cancel);
        var received = await queue.ReceiveAsync(10, Minute, TimeSpan.Zero, Cancel);
        await queue.ChangeVisibilityAsync([new VisibilityChange(received.Single(message => Text(message) == "rearmed"), Minute)], Cancel);
        await queue.ChangeVisibilityAsync([new VisibilityChange(received.Single(message => Text(message) == "renewed"), Minute) { RenewsHold = true }], Cancel);
        test.Time.Advance(Minute / 2);
        (await queue.ReceiveAsync(10, Minute, TimeSpan.Zero, Cancel)).ShouldBeEmpty();

        queue = test.OpenAfterCrash().Queues.Get(QueueNames.InfluencerIdStore);
        Text((await queue.ReceiveAsync(10, Minute, TimeSpan.Zero, Cancel)).ShouldHaveSingleItem()).ShouldBe("renewed");
        test.Time.Advance(Minute * 0.55);
        Text((await queue.ReceiveAsync(10, Minute, TimeSpan.Zero, Cancel)).ShouldHaveSingleItem()).ShouldBe("rearmed");
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Lease_ClockSetWhileHeld_EndsWhenItWouldHave(double step)
    {
        using var test = new TestDatabase();
        var store = test.Database.Store;
        (await store.TryAcquireLeaseAsync("seeder", "one", Minute, Cancel)).ShouldBeTrue();
        Set(test, step);
        test.Time.Advance(Minute * 0.95);
        (await store.TryAcquireLeaseAsync("seeder", "two", Minute, Cancel)).ShouldBeFalse();
        test.Time.Advance(Minute * 0.1);
        (await store.TryAcquireLeaseAsync("seeder", "two", Minute, Cancel)).ShouldBeTrue();
    }

    // As an administrator or a time service does it: what runs on the monotonic clock goes on as before.
    private static void Set(TestDatabase test, double step) => test.Time.Set(TimeSpan.FromSeconds(step));

    private static string Text(ReceivedMessage message) => System.Text.Encoding.UTF8.GetString(message.Body.Span);
}
