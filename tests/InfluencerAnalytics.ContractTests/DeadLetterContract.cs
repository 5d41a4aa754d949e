using System.Text;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.ContractTests;

/// <summary>What every <see cref="IDeadLetters"/> must do, with the queue that it stands beside.</summary>
public abstract class DeadLetterContract : IAsyncLifetime
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(30);

    private IMessageQueues? _queues;
    private IDeadLetters? _letters;

    protected IDeadLetters Letters => _letters!;

    protected IMessageQueue Queue => _queues!.Get(QueueNames.InfluencerDataPoints);

    protected IMessageQueue Other => _queues!.Get(QueueNames.InfluencerIdStore);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Queues that are empty, without dead letters.</summary>
    protected abstract ValueTask<(IMessageQueues Queues, IDeadLetters Letters)> OpenAsync();

    /// <summary>Makes time pass for the queue.</summary>
    protected abstract ValueTask PassAsync(TimeSpan time);

    /// <summary>The same as a process finds them that starts after this one has stopped.</summary>
    protected abstract ValueTask<(IMessageQueues Queues, IDeadLetters Letters)> ReopenAsync();

    protected abstract ValueTask CloseAsync();

    public async ValueTask InitializeAsync() => (_queues, _letters) = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Move_Received_IsListedWithItsReason()
    {
        await SendAsync("broken");
        var message = (await ReceiveAsync(TimeSpan.FromSeconds(3))).ShouldHaveSingleItem();
        await Letters.MoveAsync(Queue.Name, message, "Not JSON: é", Cancel);
        await PassAsync(TimeSpan.FromSeconds(5));
        (await ReceiveAsync()).ShouldBeEmpty();
        var letter = (await Letters.ListAsync(Queue.Name, 10, Cancel)).ShouldHaveSingleItem();
        Text(letter.Body).ShouldBe("broken");
        letter.Reason.ShouldBe("Not JSON: é");
        letter.Queue.ShouldBe(Queue.Name);
        letter.At.ShouldBeGreaterThan(0);
        (await Letters.CountAsync(Queue.Name, Cancel)).Kept.ShouldBe(1);
    }

    [Fact]
    public async Task Move_Twice_MakesOneLetter()
    {
        await SendAsync("broken");
        var message = (await ReceiveAllAsync()).ShouldHaveSingleItem();
        await Letters.MoveAsync(Queue.Name, message, "r", Cancel);
        await Letters.MoveAsync(Queue.Name, message, "r", Cancel);
        (await Letters.ListAsync(Queue.Name, 10, Cancel)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Put_Body_IsListed()
    {
        await Letters.PutAsync(Queue.Name, Bytes("half"), "A point of the future.", Cancel);
        (await Letters.ListAsync(Queue.Name, 10, Cancel)).ShouldHaveSingleItem().Reason.ShouldBe("A point of the future.");
        (await Letters.ListAsync(Other.Name, 10, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Put_TooLong_IsCutWithAMark()
    {
        var body = new string('é', QueueLimits.MaxBodyBytes);
        await Letters.PutAsync(Queue.Name, Bytes(body), new string('r', 5000), Cancel);
        var letter = (await Letters.ListAsync(Queue.Name, 10, Cancel)).ShouldHaveSingleItem();
        letter.Body.Length.ShouldBeInRange(QueueLimits.MaxBodyBytes - 100, QueueLimits.MaxBodyBytes);
        var text = Text(letter.Body);
        text.ShouldEndWith($" of {2 * QueueLimits.MaxBodyBytes} bytes are kept]");
        text.ShouldNotContain('\ufffd', "it is cut between two characters");
        letter.Reason.ShouldBe(new string('r', 1000) + " [cut: the first 1000 of 5000 characters are kept]");
        (await Letters.ReplayAsync(Queue.Name, null, Cancel)).ShouldBe(1);
        (await ReceiveAllAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Replay_All_AreSentAgain()
    {
        await Letters.PutAsync(Queue.Name, Bytes("one"), "r", Cancel);
        await Letters.PutAsync(Queue.Name, Bytes("two"), "r", Cancel);
        (await Letters.ReplayAsync(Queue.Name, null, Cancel)).ShouldBe(2);
        (await ReceiveAllAsync()).Select(message => Text(message.Body)).Order().ShouldBe(["one", "two"]);
        (await Letters.ListAsync(Queue.Name, 10, Cancel)).ShouldBeEmpty();
        (await Letters.CountAsync(Queue.Name, Cancel)).Kept.ShouldBe(0);
    }

    [Fact]
    public async Task Replay_ById_LeavesTheOthers()
    {
        await Letters.PutAsync(Queue.Name, Bytes("one"), "r", Cancel);
        await Letters.PutAsync(Queue.Name, Bytes("two"), "r", Cancel);
        var letters = await Letters.ListAsync(Queue.Name, 10, Cancel);
        (await Letters.ReplayAsync(Queue.Name, [letters[0].Id, "no such id"], Cancel)).ShouldBe(1);
        Text((await ReceiveAsync()).ShouldHaveSingleItem().Body).ShouldBe(Text(letters[0].Body));
        (await Letters.ListAsync(Queue.Name, 10, Cancel)).ShouldHaveSingleItem().Id.ShouldBe(letters[1].Id);
    }

    [Fact]
    public async Task Drop_Known_IsGoneForGood()
    {
        await Letters.PutAsync(Queue.Name, Bytes("one"), "r", Cancel);
        var letter = (await Letters.ListAsync(Queue.Name, 10, Cancel)).ShouldHaveSingleItem();
        (await Letters.DropAsync(Queue.Name, letter.Id, Cancel)).ShouldBeTrue();
        (await Letters.DropAsync(Queue.Name, letter.Id, Cancel)).ShouldBeFalse();
        (await Letters.ReplayAsync(Queue.Name, null, Cancel)).ShouldBe(0);
        (await Letters.ListAsync(Queue.Name, 10, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Ids_OfTwoQueues_NameOneEach()
    {
        await Letters.PutAsync(Queue.Name, Bytes("one"), "r", Cancel);
        await Letters.PutAsync(Other.Name, Bytes("two"), "r", Cancel);
        var id = (await Letters.ListAsync(Queue.Name, 10, Cancel)).ShouldHaveSingleItem().Id;
        (await Letters.DropAsync(Other.Name, id, Cancel)).ShouldBeFalse();
        (await Letters.ReplayAsync(Other.Name, [id], Cancel)).ShouldBe(0);
        (await Letters.ListAsync(Other.Name, 10, Cancel)).ShouldHaveSingleItem().Id.ShouldNotBe(id);
        (await Letters.DropAsync(Queue.Name, id, Cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task Ids_AfterRestarts_AreNotUsedAgain()
    {
        var ids = new List<string>();
        for (var start = 0; start < 3; start++)
        {
            await Letters.PutAsync(Queue.Name, Bytes("one"), "r", Cancel);
            ids.Add((await Letters.ListAsync(Queue.Name, 10, Cancel)).ShouldHaveSingleItem().Id);
            (await Letters.DropAsync(Queue.Name, ids[^1], Cancel)).ShouldBeTrue();
            (_queues, _letters) = await ReopenAsync();
        }

        ids.ShouldBeUnique();
    }

    [Fact]
    public async Task Replay_ManyAndByMany_AreSentAgainOnce()
    {
        for (var i = 0; i < 350; i++)
            await Letters.PutAsync(Queue.Name, Bytes($"{i}"), "r", Cancel);
        var letters = await Letters.ListAsync(Queue.Name, 130, Cancel);
        (await Letters.ReplayAsync(Queue.Name, [.. letters.Select(letter => letter.Id)], Cancel)).ShouldBe(130);
        (await Letters.ReplayAsync(Queue.Name, null, Cancel)).ShouldBe(220);
        (await ReceiveAllAsync()).Select(message => int.Parse(Text(message.Body), System.Globalization.CultureInfo.InvariantCulture)).Order().ShouldBe(Enumerable.Range(0, 350));
        (await Letters.CountAsync(Queue.Name, Cancel)).Kept.ShouldBe(0);
    }

    [Fact]
    public async Task Replay_ManyLargeBodies_AreAllSentAgain()
    {
        var body = new byte[QueueLimits.MaxBodyBytes];
        body.AsSpan().Fill((byte)'x');
        for (var i = 0; i < 80; i++)
            await Letters.PutAsync(Queue.Name, body, "r", Cancel);
        (await Letters.ListAsync(Queue.Name, 1000, Cancel)).Count.ShouldBeInRange(1, 80);
        (await Letters.ReplayAsync(Queue.Name, null, Cancel)).ShouldBe(80);
        (await ReceiveAllAsync()).Count.ShouldBe(80);
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span);

    private async Task SendAsync(string body) => (await Queue.SendAsync([new OutgoingMessage(Bytes(body))], Cancel)).ShouldBeEmpty();

    private async Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(TimeSpan? hold = null) => await Queue.ReceiveAsync(10, hold ?? Hold, TimeSpan.Zero, Cancel);

    private async Task<IReadOnlyList<ReceivedMessage>> ReceiveAllAsync()
    {
        var all = new List<ReceivedMessage>();
        while (await ReceiveAsync() is { Count: > 0 } page)
            all.AddRange(page);
        return all;
    }
}
