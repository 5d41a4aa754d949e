using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.ContractTests.Embedded.Queues;

/// <summary>A write of the queue that fails leaves memory and disk as they were.</summary>
public sealed class EmbeddedQueueUndoTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly Dictionary<string, Func<TestQueue, ReceivedMessage, DeadLetter, Task>> Writes = new()
    {
        ["send"] = async (queue, _, _) => await queue.Queue.SendAsync([new OutgoingMessage("new"u8.ToArray())], Cancel),
        ["change visibility"] = async (queue, held, _) => await queue.Queue.ChangeVisibilityAsync([new VisibilityChange(held, TimeSpan.Zero)], Cancel),
        ["delete"] = async (queue, held, _) => await queue.Queue.DeleteAsync([held], Cancel),
        ["move to dead letters"] = async (queue, held, _) => await queue.Letters.MoveAsync("q", held, "why", Cancel),
        ["send to dead letters"] = async (queue, _, _) => await queue.Letters.PutAsync("q", "part"u8.ToArray(), "why", Cancel),
        ["replay"] = async (queue, _, _) => await queue.Letters.ReplayAsync("q", null, Cancel),
        ["drop"] = async (queue, _, dead) => await queue.Letters.DropAsync("q", dead.Id, Cancel),
    };

    public static TheoryData<string> Names => [.. Writes.Keys];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Write_Fails_LeavesMemoryAndDiskAsTheyWere(string name)
    {
        using var test = new TestDatabase();
        var (queue, letters) = (test.Database.Queues.Get("q"), test.Database.DeadLetters);
        await queue.SendAsync([.. Enumerable.Range(0, 3).Select(i => new OutgoingMessage(new[] { (byte)i }))], Cancel);
        var held = await queue.ReceiveAsync(2, Hour, TimeSpan.Zero, Cancel);
        await letters.PutAsync("q", "dead"u8.ToArray(), "why", Cancel);
        var dead = (await letters.ListAsync("q", 10, Cancel)).ShouldHaveSingleItem();
        var before = await DepthAsync(queue, letters);

        test.Database.Native.CloseForReopening();
        await Should.ThrowAsync<QueueUnavailableException>(() => Writes[name](new TestQueue(queue, letters), held[0], dead));
        test.Database.Native.Reopen();
        (await DepthAsync(queue, letters)).ShouldBe(before);
        (await letters.ListAsync("q", 10, Cancel)).ShouldHaveSingleItem().Id.ShouldBe(dead.Id);

        await Writes[name](new TestQueue(queue, letters), held[0], dead);
        var after = await DepthAsync(queue, letters);
        after.ShouldNotBe(before);
        // What was held is visible at once after a start.
        var opened = test.Reopen();
        queue = opened.Queues.Get("q");
        var reopened = await DepthAsync(queue, opened.DeadLetters);
        (Sum(reopened.Depth), reopened.Dead).ShouldBe((Sum(after.Depth), after.Dead));
        await queue.SendAsync([new OutgoingMessage("last"u8.ToArray())], Cancel);
        var all = await queue.ReceiveAsync(10, Hour, TimeSpan.Zero, Cancel);
        all.Select(message => message.Id).ShouldBeUnique("no id is given twice, whichever write it was reserved in");
    }

    private static async Task<(QueueDepth Depth, DeadLetterCount Dead)> DepthAsync(IMessageQueue queue, IDeadLetters letters) =>
        (await queue.GetDepthAsync(Cancel), await letters.CountAsync("q", Cancel));

    private static long Sum(QueueDepth depth) => depth.Waiting + depth.InFlight + depth.Delayed;

    private sealed record TestQueue(IMessageQueue Queue, IDeadLetters Letters);
}
