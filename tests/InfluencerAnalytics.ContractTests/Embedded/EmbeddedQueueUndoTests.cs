using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.ContractTests.Embedded;

/// <summary>A write of the queue that fails leaves memory and disk as they were.</summary>
public sealed class EmbeddedQueueUndoTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly Dictionary<string, Func<IMessageQueue, ReceivedMessage, DeadLetter, Task>> Writes = new()
    {
        ["send"] = async (queue, _, _) => await queue.SendAsync([new OutgoingMessage("new"u8.ToArray())], Cancel),
        ["change visibility"] = async (queue, held, _) => await queue.ChangeVisibilityAsync([new VisibilityChange(held, TimeSpan.Zero)], Cancel),
        ["delete"] = async (queue, held, _) => await queue.DeleteAsync([held], Cancel),
        ["move to dead letters"] = async (queue, held, _) => await queue.MoveToDeadLettersAsync(held, "why", Cancel),
        ["send to dead letters"] = async (queue, _, _) => await queue.SendToDeadLettersAsync("part"u8.ToArray(), "why", Cancel),
        ["replay"] = async (queue, _, _) => await queue.ReplayDeadLettersAsync(null, Cancel),
        ["drop"] = async (queue, _, dead) => await queue.DropDeadLetterAsync(dead.Id, Cancel),
    };

    public static TheoryData<string> Names => [.. Writes.Keys];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Write_Fails_LeavesMemoryAndDiskAsTheyWere(string name)
    {
        using var test = new TestDatabase();
        var queue = test.Database.Queues.Get("q");
        await queue.SendAsync([.. Enumerable.Range(0, 3).Select(i => new OutgoingMessage(new[] { (byte)i }))], Cancel);
        var held = await queue.ReceiveAsync(2, Hour, TimeSpan.Zero, Cancel);
        await queue.SendToDeadLettersAsync("dead"u8.ToArray(), "why", Cancel);
        var dead = (await queue.ListDeadLettersAsync(10, Cancel)).ShouldHaveSingleItem();
        var before = await queue.GetDepthAsync(Cancel);

        test.Database.Native.CloseForReopening();
        await Should.ThrowAsync<QueueUnavailableException>(() => Writes[name](queue, held[0], dead));
        test.Database.Native.Reopen();
        (await queue.GetDepthAsync(Cancel)).ShouldBe(before);
        (await queue.ListDeadLettersAsync(10, Cancel)).ShouldHaveSingleItem().Id.ShouldBe(dead.Id);

        await Writes[name](queue, held[0], dead);
        var after = await queue.GetDepthAsync(Cancel);
        after.ShouldNotBe(before);
        // What was held is visible at once after a start.
        queue = test.Reopen().Queues.Get("q");
        var reopened = await queue.GetDepthAsync(Cancel);
        (reopened.Waiting + reopened.InFlight + reopened.Delayed, reopened.Dead).ShouldBe((after.Waiting + after.InFlight + after.Delayed, after.Dead));
        await queue.SendAsync([new OutgoingMessage("last"u8.ToArray())], Cancel);
        var all = await queue.ReceiveAsync(10, Hour, TimeSpan.Zero, Cancel);
        all.Select(message => message.Id).ShouldBeUnique("no id is given twice, whichever write it was reserved in");
    }
}
