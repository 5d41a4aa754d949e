using System.Globalization;
using System.Text;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.ContractTests.Embedded.Queues;

/// <summary>Dead letters do not grow without limit.</summary>
public sealed class EmbeddedDeadLetterTests
{
    private const int MiB = 1024 * 1024;

    private const string Points = QueueNames.InfluencerDataPoints;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_MoreThanAreKept_TheOldestGoCounted()
    {
        using var logs = new ListLoggerFactory();
        using var test = new TestDatabase(options => options with { MaxDeadLetters = 50 }, logs);
        await PutAsync(test, 0, 120);
        (await DepthAsync(test)).ShouldBe((50, 70));
        (await ListAsync(test)).ShouldBe(Enumerable.Range(70, 50));
        logs.Messages.Count(line => line.Contains("the oldest go", StringComparison.Ordinal)).ShouldBe(1);

        // A received message that is moved counts as well, and other queues do not.
        var queue = test.Database.Queues.Get(QueueNames.InfluencerDataPoints);
        await queue.SendAsync([new OutgoingMessage("120"u8.ToArray())], Cancel);
        await test.Database.DeadLetters.MoveAsync(Points, (await queue.ReceiveAsync(1, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancel))[0], "r", Cancel);
        await test.Database.DeadLetters.PutAsync(QueueNames.InfluencerIdStore, "x"u8.ToArray(), "r", Cancel);
        (await ListAsync(test)).ShouldBe(Enumerable.Range(71, 50));
        (await queue.GetDepthAsync(Cancel)).ShouldBe(new QueueDepth(0, 0, 0, 0, 0));
        (await DepthAsync(test)).ShouldBe((50, 71));

        test.OpenAfterCrash();
        (await DepthAsync(test)).ShouldBe((50, 71));
        (await ListAsync(test)).ShouldBe(Enumerable.Range(71, 50));
        await PutAsync(test, 121, 1);
        (await ListAsync(test)).ShouldBe(Enumerable.Range(72, 50));
    }

    [Fact]
    public async Task Put_MoreBytesThanAreKept_TheOldestGo()
    {
        using var test = new TestDatabase(options => options with { MaxDeadLetterBytes = MiB });
        var dead = test.Database.DeadLetters;
        await PutAsync(test, 0, 1000);
        for (var i = 0; i < 4; i++)
            await dead.PutAsync(Points, new byte[QueueLimits.MaxBodyBytes], "r", Cancel);
        var letters = await dead.ListAsync(Points, 2000, Cancel);
        letters.Sum(letter => (long)letter.Body.Length).ShouldBeLessThanOrEqualTo(MiB);
        letters.ShouldAllBe(letter => letter.Body.Length == QueueLimits.MaxBodyBytes);
        (await DepthAsync(test)).ShouldBe((3, 1001));
    }

    [Fact]
    public async Task Remove_SomeByHand_MakesRoomAndTheCountsHold()
    {
        using var logs = new ListLoggerFactory();
        using var test = new TestDatabase(options => options with { MaxDeadLetters = 20, MaxDeadLetterBytes = MiB }, logs);
        var dead = test.Database.DeadLetters;
        await PutAsync(test, 0, 30);
        (await dead.ReplayAsync(Points, null, Cancel)).ShouldBe(20);
        (await DepthAsync(test)).ShouldBe((0, 10));
        logs.Messages.Count(line => line.Contains("have room again", StringComparison.Ordinal)).ShouldBe(1);
        await PutAsync(test, 30, 5);
        var letters = await dead.ListAsync(Points, 10, Cancel);
        (await dead.DropAsync(Points, letters[2].Id, Cancel)).ShouldBeTrue();
        (await dead.ReplayAsync(Points, [letters[0].Id, letters[0].Id], Cancel)).ShouldBe(1);
        (await DepthAsync(test)).ShouldBe((3, 10));
        (await ListAsync(test)).ShouldBe([31, 33, 34]);
        // What was removed is off the bytes as well: a MiB fits again.
        for (var i = 0; i < 3; i++)
            await dead.PutAsync(Points, new byte[QueueLimits.MaxBodyBytes], "r", Cancel);
        (await DepthAsync(test)).ShouldBe((6, 10));
    }

    [Fact]
    public async Task Open_MoreThanAreKept_TheOldestGo()
    {
        var limit = 100_000;
        using var test = new TestDatabase(options => options with { MaxDeadLetters = Volatile.Read(ref limit) });
        await PutAsync(test, 0, 300);
        Volatile.Write(ref limit, 12);
        test.Reopen();
        (await DepthAsync(test)).ShouldBe((12, 288));
        (await ListAsync(test)).ShouldBe(Enumerable.Range(288, 12));
        test.Reopen();
        (await DepthAsync(test)).ShouldBe((12, 288));
    }

    private static async Task PutAsync(TestDatabase test, int from, int count)
    {
        for (var i = 0; i < count; i++)
            await test.Database.DeadLetters.PutAsync(Points, Encoding.UTF8.GetBytes((from + i).ToString(CultureInfo.InvariantCulture)), "r", Cancel);
    }

    private static async Task<(long Dead, long Dropped)> DepthAsync(TestDatabase test)
    {
        var count = await test.Database.DeadLetters.CountAsync(Points, Cancel);
        return (count.Kept, count.Dropped);
    }

    private static async Task<IEnumerable<int>> ListAsync(TestDatabase test) =>
        (await test.Database.DeadLetters.ListAsync(Points, 1000, Cancel))
            .Select(letter => int.Parse(Encoding.UTF8.GetString(letter.Body.Span), CultureInfo.InvariantCulture));
}
