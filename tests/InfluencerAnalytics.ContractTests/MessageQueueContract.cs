using System.Text;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.ContractTests;

/// <summary>
/// What every <see cref="IMessageQueue"/> must do. Times are whole seconds, since that is what the coarsest adapter counts in; none of
/// the tests relies on an order of delivery, or on a figure of depth being exact while messages move.
/// </summary>
public abstract class MessageQueueContract : IAsyncLifetime
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private IMessageQueues? _queues;

    protected IMessageQueue Queue => _queues!.Get(QueueNames.InfluencerDataPoints);

    protected IMessageQueue Other => _queues!.Get(QueueNames.InfluencerIdStore);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Queues that are empty.</summary>
    protected abstract ValueTask<IMessageQueues> OpenAsync();

    /// <summary>Makes time pass for the queue.</summary>
    protected abstract ValueTask PassAsync(TimeSpan time);

    /// <summary>The same queues as a process finds them that starts after this one has stopped.</summary>
    protected abstract ValueTask<IMessageQueues> ReopenAsync();

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
    public async Task Receive_Held_IsHiddenUntilTheLeaseEnds()
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
        (await Queue.ReceiveAsync(3, Lease, TimeSpan.Zero, Cancel)).Count.ShouldBeInRange(1, 3);
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
        var receiving = Queue.ReceiveAsync(10, Lease, QueueLimits.MaxWait, Cancel).AsTask();
        receiving.IsCompleted.ShouldBeFalse();
        await SendAsync(Queue, "one");
        (await receiving.WaitAsync(TimeSpan.FromSeconds(10), Cancel)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Receive_LongPoll_WakesWhenAMessageComesDue()
    {
        await Queue.SendAsync([new OutgoingMessage(Bytes("later"), TimeSpan.FromSeconds(2))], Cancel);
        var receiving = Queue.ReceiveAsync(10, Lease, QueueLimits.MaxWait, Cancel).AsTask();
        await PassAsync(TimeSpan.FromSeconds(3));
        (await receiving.WaitAsync(TimeSpan.FromSeconds(10), Cancel)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Receive_LongPollOver_GivesNothing()
    {
        var receiving = Queue.ReceiveAsync(10, Lease, TimeSpan.FromSeconds(2), Cancel).AsTask();
        await PassAsync(TimeSpan.FromSeconds(3));
        (await receiving.WaitAsync(TimeSpan.FromSeconds(10), Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Receive_LongPollCancelled_Throws()
    {
        using var stop = new CancellationTokenSource();
        var receiving = Queue.ReceiveAsync(10, Lease, QueueLimits.MaxWait, stop.Token).AsTask();
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
        (await Queue.ReceiveAsync(10, Lease, TimeSpan.FromSeconds(5), Cancel)).ShouldHaveSingleItem().ReceiveCount.ShouldBe(2);
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
        var invalid = await Queue.ChangeVisibilityAsync([.. messages.Select(message => new VisibilityChange(message, TimeSpan.FromSeconds(9)))], Cancel);
        invalid.ShouldBe([messages[0].Receipt]);
    }

    [Fact]
    public async Task Delete_Received_NeverComesBack()
    {
        await SendAsync(Queue, "one", "two", "three");
        await Queue.DeleteAsync(await ReceiveAllAsync(Queue, TimeSpan.FromSeconds(3)), Cancel);
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
        await Queue.DeleteAsync([.. received, .. received], Cancel);
    }

    [Fact]
    public async Task GetDepth_EachState_IsCounted()
    {
        await SendAsync(Queue, "one", "two", "three");
        await Queue.SendAsync([new OutgoingMessage(Bytes("later"), TimeSpan.FromSeconds(60))], Cancel);
        await Queue.ReceiveAsync(1, Lease, TimeSpan.Zero, Cancel);
        await PassAsync(TimeSpan.FromSeconds(2));
        var depth = await Queue.GetDepthAsync(Cancel);
        (depth.Waiting, depth.InFlight, depth.Delayed, depth.Dead).ShouldBe((2, 1, 1, 0));
    }

    [Fact]
    public async Task MoveToDeadLetters_Received_IsListedWithItsReason()
    {
        await SendAsync(Queue, "broken");
        var message = (await ReceiveAsync(Queue, TimeSpan.FromSeconds(3))).ShouldHaveSingleItem();
        await Queue.MoveToDeadLettersAsync(message, "Not JSON: é", Cancel);
        await PassAsync(TimeSpan.FromSeconds(5));
        (await ReceiveAsync(Queue)).ShouldBeEmpty();
        var letter = (await Queue.ListDeadLettersAsync(10, Cancel)).ShouldHaveSingleItem();
        Text(letter.Body).ShouldBe("broken");
        letter.Reason.ShouldBe("Not JSON: é");
        letter.Queue.ShouldBe(Queue.Name);
        letter.At.ShouldBeGreaterThan(0);
        (await Queue.GetDepthAsync(Cancel)).Dead.ShouldBe(1);
    }

    [Fact]
    public async Task SendToDeadLetters_Body_IsListed()
    {
        await Queue.SendToDeadLettersAsync(Bytes("half"), "A point of the future.", Cancel);
        (await Queue.ListDeadLettersAsync(10, Cancel)).ShouldHaveSingleItem().Reason.ShouldBe("A point of the future.");
        (await Other.ListDeadLettersAsync(10, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task SendToDeadLetters_TooLong_IsCutWithAMark()
    {
        var body = new string('é', QueueLimits.MaxBodyBytes);
        await Queue.SendToDeadLettersAsync(Bytes(body), new string('r', 5000), Cancel);
        var letter = (await Queue.ListDeadLettersAsync(10, Cancel)).ShouldHaveSingleItem();
        letter.Body.Length.ShouldBeInRange(QueueLimits.MaxBodyBytes - 100, QueueLimits.MaxBodyBytes);
        var text = Text(letter.Body);
        text.ShouldEndWith($" of {2 * QueueLimits.MaxBodyBytes} bytes are kept]");
        text.ShouldNotContain('\ufffd', "it is cut between two characters");
        letter.Reason.ShouldBe(new string('r', 1000) + " [cut: the first 1000 of 5000 characters are kept]");
        (await Queue.ReplayDeadLettersAsync(null, Cancel)).ShouldBe(1);
        (await ReceiveAllAsync(Queue)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task ReplayDeadLetters_All_AreSentAgain()
    {
        await Queue.SendToDeadLettersAsync(Bytes("one"), "r", Cancel);
        await Queue.SendToDeadLettersAsync(Bytes("two"), "r", Cancel);
        (await Queue.ReplayDeadLettersAsync(null, Cancel)).ShouldBe(2);
        (await ReceiveAllAsync(Queue)).Select(message => Text(message.Body)).Order().ShouldBe(["one", "two"]);
        (await Queue.ListDeadLettersAsync(10, Cancel)).ShouldBeEmpty();
        (await Queue.GetDepthAsync(Cancel)).Dead.ShouldBe(0);
    }

    [Fact]
    public async Task ReplayDeadLetters_ById_LeavesTheOthers()
    {
        await Queue.SendToDeadLettersAsync(Bytes("one"), "r", Cancel);
        await Queue.SendToDeadLettersAsync(Bytes("two"), "r", Cancel);
        var letters = await Queue.ListDeadLettersAsync(10, Cancel);
        (await Queue.ReplayDeadLettersAsync([letters[0].Id, "no such id"], Cancel)).ShouldBe(1);
        Text((await ReceiveAsync(Queue)).ShouldHaveSingleItem().Body).ShouldBe(Text(letters[0].Body));
        (await Queue.ListDeadLettersAsync(10, Cancel)).ShouldHaveSingleItem().Id.ShouldBe(letters[1].Id);
    }

    [Fact]
    public async Task DropDeadLetter_Known_IsGoneForGood()
    {
        await Queue.SendToDeadLettersAsync(Bytes("one"), "r", Cancel);
        var letter = (await Queue.ListDeadLettersAsync(10, Cancel)).ShouldHaveSingleItem();
        (await Queue.DropDeadLetterAsync(letter.Id, Cancel)).ShouldBeTrue();
        (await Queue.DropDeadLetterAsync(letter.Id, Cancel)).ShouldBeFalse();
        (await Queue.ReplayDeadLettersAsync(null, Cancel)).ShouldBe(0);
        (await Queue.ListDeadLettersAsync(10, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task DeadLetterIds_OfTwoQueues_NameOneEach()
    {
        await Queue.SendToDeadLettersAsync(Bytes("one"), "r", Cancel);
        await Other.SendToDeadLettersAsync(Bytes("two"), "r", Cancel);
        var id = (await Queue.ListDeadLettersAsync(10, Cancel)).ShouldHaveSingleItem().Id;
        (await Other.DropDeadLetterAsync(id, Cancel)).ShouldBeFalse();
        (await Other.ReplayDeadLettersAsync([id], Cancel)).ShouldBe(0);
        (await Other.ListDeadLettersAsync(10, Cancel)).ShouldHaveSingleItem().Id.ShouldNotBe(id);
        (await Queue.DropDeadLetterAsync(id, Cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task DeadLetterIds_AfterRestarts_AreNotUsedAgain()
    {
        var ids = new List<string>();
        for (var start = 0; start < 3; start++)
        {
            await Queue.SendToDeadLettersAsync(Bytes("one"), "r", Cancel);
            ids.Add((await Queue.ListDeadLettersAsync(10, Cancel)).ShouldHaveSingleItem().Id);
            (await Queue.DropDeadLetterAsync(ids[^1], Cancel)).ShouldBeTrue();
            _queues = await ReopenAsync();
        }

        ids.ShouldBeUnique();
    }

    [Fact]
    public async Task ReplayDeadLetters_ManyAndByMany_AreSentAgainOnce()
    {
        for (var i = 0; i < 350; i++)
            await Queue.SendToDeadLettersAsync(Bytes($"{i}"), "r", Cancel);
        var letters = await Queue.ListDeadLettersAsync(130, Cancel);
        (await Queue.ReplayDeadLettersAsync([.. letters.Select(letter => letter.Id)], Cancel)).ShouldBe(130);
        (await Queue.ReplayDeadLettersAsync(null, Cancel)).ShouldBe(220);
        (await ReceiveAllAsync(Queue)).Select(message => int.Parse(Text(message.Body), System.Globalization.CultureInfo.InvariantCulture)).Order().ShouldBe(Enumerable.Range(0, 350));
        (await Queue.GetDepthAsync(Cancel)).Dead.ShouldBe(0);
    }

    [Fact]
    public async Task ReplayDeadLetters_ManyLargeBodies_AreAllSentAgain()
    {
        var body = new byte[QueueLimits.MaxBodyBytes];
        body.AsSpan().Fill((byte)'x');
        for (var i = 0; i < 80; i++)
            await Queue.SendToDeadLettersAsync(body, "r", Cancel);
        (await Queue.ListDeadLettersAsync(1000, Cancel)).Count.ShouldBeInRange(1, 80);
        (await Queue.ReplayDeadLettersAsync(null, Cancel)).ShouldBe(80);
        (await ReceiveAllAsync(Queue)).Count.ShouldBe(80);
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
        await queue.SendAsync([.. bodies.Select(body => new OutgoingMessage(Bytes(body)))], Cancel);

    protected static async Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(IMessageQueue queue, TimeSpan? lease = null) =>
        await queue.ReceiveAsync(10, lease ?? Lease, TimeSpan.Zero, Cancel);

    /// <summary>Receives until nothing comes any more.</summary>
    protected static async Task<IReadOnlyList<ReceivedMessage>> ReceiveAllAsync(IMessageQueue queue, TimeSpan? lease = null)
    {
        var all = new List<ReceivedMessage>();
        while (await ReceiveAsync(queue, lease) is { Count: > 0 } page)
            all.AddRange(page);
        return all;
    }
}
