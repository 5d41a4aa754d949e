using System.Text;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.ContractTests;

/// <summary>
/// What every <see cref="IMessageQueue"/> must do. Times are whole seconds, since that is what the coarsest adapter counts in; none of
/// the tests relies on an order of delivery, or on a figure of depth being exact while messages move.
/// </summary>
public abstract class MessageQueueContract : IAsyncLifetime
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(30);

    private IMessageQueues? _queues;

    protected IMessageQueue Queue => _queues!.Get(QueueNames.InfluencerDataPoints);

    protected IMessageQueue Other => _queues!.Get(QueueNames.InfluencerIdStore);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Queues that are empty.</summary>
    protected abstract ValueTask<IMessageQueues> OpenAsync();

    /// <summary>Makes time pass for the queue.</summary>
    protected abstract ValueTask PassAsync(TimeSpan time);

    protected abstract ValueTask CloseAsync();

    public async ValueTask InitializeAsync() => _queues = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Receive_AfterSend_GivesBodyAndCounts()
    {
        await SendAsync(Queue, "one");
        var message = (await ReceiveAsync(Queue)).ShouldHaveSingleItem();
        Text(message.Body).ShouldBe("one");
        message.ReceiveCount.ShouldBe(1);
        message.Id.ShouldNotBeNullOrEmpty();
        message.SentAt.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Receive_Empty_GivesNothing() => (await ReceiveAsync(Queue)).ShouldBeEmpty();

    [Fact]
    public async Task Receive_OtherQueue_GivesNothing()
    {
        await SendAsync(Queue, "one");
        (await ReceiveAsync(Other)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Receive_Held_IsHiddenUntilTheHoldEnds()
    {
        await SendAsync(Queue, "one");
        var first = (await Queue.ReceiveAsync(10, TimeSpan.FromSeconds(3), TimeSpan.Zero, Cancel)).ShouldHaveSingleItem();
        (await ReceiveAsync(Queue)).ShouldBeEmpty();
        await PassAsync(TimeSpan.FromSeconds(4));
        var second = (await ReceiveAsync(Queue)).ShouldHaveSingleItem();
        second.Id.ShouldBe(first.Id);
        second.ReceiveCount.ShouldBe(2);
        second.Receipt.ShouldNotBe(first.Receipt);
    }

    [Fact]
    public async Task Send_ManyMessages_AllArriveOnce()
    {
        var bodies = Enumerable.Range(0, 57).Select(i => $"message {i}").ToArray();
        await SendAsync(Queue, bodies);
        var received = await ReceiveAllAsync(Queue);
        received.Select(message => Text(message.Body)).Order().ShouldBe(bodies.Order());
        received.Select(message => message.Id).Distinct().Count().ShouldBe(bodies.Length);
    }

    [Fact]
    public async Task Receive_MaxMessages_IsKept()
    {
        await SendAsync(Queue, [.. Enumerable.Range(0, 10).Select(i => $"{i}")]);
        (await Queue.ReceiveAsync(3, Hold, TimeSpan.Zero, Cancel)).Count.ShouldBeInRange(1, 3);
    }

    [Fact]
    public async Task Send_LargestBody_Arrives()
    {
        var body = new string('x', QueueLimits.MaxBodyBytes);
        await SendAsync(Queue, body);
        Text((await ReceiveAsync(Queue)).ShouldHaveSingleItem().Body).ShouldBe(body);
    }

    [Fact]
    public async Task Send_TooLargeBody_Throws()
    {
        await Should.ThrowAsync<ArgumentException>(async () => await SendAsync(Queue, new string('x', QueueLimits.MaxBodyBytes + 1)));
        (await ReceiveAsync(Queue)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_Delayed_AppearsAfterTheDelay()
    {
        await Queue.SendAsync([new OutgoingMessage(Bytes("later"), TimeSpan.FromSeconds(3))], Cancel);
        (await ReceiveAsync(Queue)).ShouldBeEmpty();
        var depth = await Queue.GetDepthAsync(Cancel);
        depth.Delayed.ShouldBe(1);
        depth.Waiting.ShouldBe(0);
        await PassAsync(TimeSpan.FromSeconds(4));
        Text((await ReceiveAsync(Queue)).ShouldHaveSingleItem().Body).ShouldBe("later");
    }

    [Fact]
    public async Task Receive_LongPoll_WakesOnSend()
    {
        var receiving = Queue.ReceiveAsync(10, Hold, QueueLimits.MaxWait, Cancel).AsTask();
        receiving.IsCompleted.ShouldBeFalse();
        await SendAsync(Queue, "one");
        (await receiving.WaitAsync(TimeSpan.FromSeconds(10), Cancel)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Receive_LongPoll_WakesWhenAMessageComesDue()
    {
        await Queue.SendAsync([new OutgoingMessage(Bytes("later"), TimeSpan.FromSeconds(2))], Cancel);
        var receiving = Queue.ReceiveAsync(10, Hold, QueueLimits.MaxWait, Cancel).AsTask();
        await PassAsync(TimeSpan.FromSeconds(3));
        (await receiving.WaitAsync(TimeSpan.FromSeconds(10), Cancel)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Receive_LongPollOver_GivesNothing()
    {
        var receiving = Queue.ReceiveAsync(10, Hold, TimeSpan.FromSeconds(2), Cancel).AsTask();
        await PassAsync(TimeSpan.FromSeconds(3));
        (await receiving.WaitAsync(TimeSpan.FromSeconds(10), Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Receive_LongPollCancelled_Throws()
    {
        using var stop = new CancellationTokenSource();
        var receiving = Queue.ReceiveAsync(10, Hold, QueueLimits.MaxWait, stop.Token).AsTask();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(receiving);
    }

    [Fact]
    public async Task ChangeVisibility_Later_ReappearsThen()
    {
        await SendAsync(Queue, "shard");
        var message = (await ReceiveAsync(Queue)).ShouldHaveSingleItem();
        (await Queue.ChangeVisibilityAsync([new VisibilityChange(message, TimeSpan.FromSeconds(4))], Cancel)).ShouldBeEmpty();
        await PassAsync(TimeSpan.FromSeconds(2));
        (await ReceiveAsync(Queue)).ShouldBeEmpty();
        await PassAsync(TimeSpan.FromSeconds(3));
        (await ReceiveAsync(Queue)).ShouldHaveSingleItem().Id.ShouldBe(message.Id);
    }

    [Fact]
    public async Task ChangeVisibility_Zero_ReappearsAtOnce()
    {
        await SendAsync(Queue, "shard");
        var message = (await ReceiveAsync(Queue)).ShouldHaveSingleItem();
        await Queue.ChangeVisibilityAsync([new VisibilityChange(message, TimeSpan.Zero)], Cancel);
        (await Queue.ReceiveAsync(10, Hold, TimeSpan.FromSeconds(5), Cancel)).ShouldHaveSingleItem().ReceiveCount.ShouldBe(2);
    }

    [Fact]
    public async Task ChangeVisibility_Twice_KeepsTheReceipt()
    {
        await SendAsync(Queue, "shard");
        var message = (await ReceiveAsync(Queue)).ShouldHaveSingleItem();
        await Queue.ChangeVisibilityAsync([new VisibilityChange(message, TimeSpan.FromSeconds(5))], Cancel);
        (await Queue.ChangeVisibilityAsync([new VisibilityChange(message, TimeSpan.FromSeconds(30))], Cancel)).ShouldBeEmpty();
        await PassAsync(TimeSpan.FromSeconds(7));
        (await ReceiveAsync(Queue)).ShouldBeEmpty();
    }

    [Fact]
    public async Task ChangeVisibility_DeletedMessage_ReportsTheReceipt()
    {
        await SendAsync(Queue, "one", "two");
        var messages = await ReceiveAllAsync(Queue);
        await Queue.DeleteAsync([messages[0]], Cancel);
        var failures = await Queue.ChangeVisibilityAsync([.. messages.Select(message => new VisibilityChange(message, TimeSpan.FromSeconds(9)))], Cancel);
        var failure = failures.ShouldHaveSingleItem();
        (failure.Index, failure.IsStale).ShouldBe((0, true));
    }

    [Fact]
    public async Task Delete_Received_NeverComesBack()
    {
        await SendAsync(Queue, "one", "two", "three");
        (await Queue.DeleteAsync(await ReceiveAllAsync(Queue, TimeSpan.FromSeconds(3)), Cancel)).ShouldBeEmpty();
        await PassAsync(TimeSpan.FromSeconds(5));
        (await ReceiveAsync(Queue)).ShouldBeEmpty();
        var depth = await Queue.GetDepthAsync(Cancel);
        (depth.Waiting + depth.InFlight + depth.Delayed).ShouldBe(0);
    }

    [Fact]
    public async Task Delete_Twice_IsIgnored()
    {
        await SendAsync(Queue, "one");
        var received = await ReceiveAllAsync(Queue);
        await Queue.DeleteAsync(received, Cancel);
        (await Queue.DeleteAsync([.. received, .. received], Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task GetDepth_EachState_IsCounted()
    {
        await SendAsync(Queue, "one", "two", "three");
        await Queue.SendAsync([new OutgoingMessage(Bytes("later"), TimeSpan.FromSeconds(60))], Cancel);
        await Queue.ReceiveAsync(1, Hold, TimeSpan.Zero, Cancel);
        await PassAsync(TimeSpan.FromSeconds(2));
        var depth = await Queue.GetDepthAsync(Cancel);
        (depth.Waiting, depth.InFlight, depth.Delayed).ShouldBe((2, 1, 1));
        depth.Bytes.ShouldBeOneOf(16, null);
    }

    [Fact]
    public async Task Receive_ManyAtOnce_GivesEachMessageToOne()
    {
        await SendAsync(Queue, [.. Enumerable.Range(0, 60).Select(i => $"{i}")]);
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => ReceiveAllAsync(Queue))));
        all.SelectMany(part => part).Select(message => message.Id).Distinct().Count().ShouldBe(60);
        all.Sum(part => part.Count).ShouldBe(60);
    }

    protected static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span);

    protected static async Task SendAsync(IMessageQueue queue, params string[] bodies) =>
        (await queue.SendAsync([.. bodies.Select(body => new OutgoingMessage(Bytes(body)))], Cancel)).ShouldBeEmpty();

    protected static async Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(IMessageQueue queue, TimeSpan? hold = null) =>
        await queue.ReceiveAsync(10, hold ?? Hold, TimeSpan.Zero, Cancel);

    /// <summary>Receives until nothing comes any more.</summary>
    protected static async Task<IReadOnlyList<ReceivedMessage>> ReceiveAllAsync(IMessageQueue queue, TimeSpan? hold = null)
    {
        var all = new List<ReceivedMessage>();
        while (await ReceiveAsync(queue, hold) is { Count: > 0 } page)
            all.AddRange(page);
        return all;
    }
}
