using System.Text;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Ingestion;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Pipeline.Ingestion;

/// <summary>What the ingester buries, and what it never does.</summary>
[Collection(FakeClock.Name)]
public sealed class RefusalTests
{
    private const int Messages = 40;

    private static readonly TimeSpan Ten = TimeSpan.FromSeconds(10);

    public static TheoryData<Exception> Unnamed =>
    [
        new TimeoutException("No answer."), new InvalidOperationException("A bug."), new InsufficientMemoryException("No memory."), new ArgumentException("A bug."),
        new OperationCanceledException("A time limit within."), new IOException("The network."), new StoreUnavailableException("Away."),
    ];

    [Theory]
    [MemberData(nameof(Unnamed))]
    public async Task Run_StoreThrowsWhatIsNoRefusal_NothingIsLostNorBuried(Exception exception)
    {
        await using var deployment = new Deployment();
        deployment.Store.Fault = _ => exception;
        await SendAsync(deployment, Messages);
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(100));
        deployment.Queues.Points.DeadLetters.ShouldBeEmpty();
        deployment.Queues.Points.Bodies.Count.ShouldBe(Messages);
        deployment.Health.Problems(TimeSpan.FromMinutes(1)).ShouldBe([$"ingester: {exception.Message}"]);
        deployment.Logs.Warnings.Count.ShouldBe(1, "one line for all of it");

        deployment.Store.Fault = null;
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count == 0, TimeSpan.FromSeconds(20));
        deployment.Store.Points.Count.ShouldBe(3 * Messages);
        deployment.Queues.Points.DeadLetters.ShouldBeEmpty();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Logs.Messages.Any(line => line.Contains("works again", StringComparison.Ordinal)), TimeSpan.FromSeconds(20));
        deployment.Health.Problems(TimeSpan.FromMinutes(1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_StoreFailsOverOneMessageWithoutAReason_TheOthersAreStoredAndItStays()
    {
        await using var deployment = new Deployment();
        deployment.Store.Fault = batch => batch.Points.Any(point => point.InfluencerId == 15) ? new InvalidOperationException("A bug.") : null;
        await SendAsync(deployment, Messages);
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Store.Points.Count == 3 * (Messages - 1), TimeSpan.FromMinutes(2));
        deployment.Queues.Points.Bodies.Count.ShouldBe(1);
        deployment.Queues.Points.DeadLetters.ShouldBeEmpty();
        deployment.Store.Fault = null;
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count == 0, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Run_StoreRefusesSomePoints_ThoseAloneAreBuried()
    {
        await using var deployment = new Deployment();
        long[] bad = [15, 44, 45, 120];
        deployment.Store.Fault = batch => batch.Points.Any(point => bad.Contains(point.InfluencerId)) ? new StoreRefusedException("Too great a number.") : null;
        await SendAsync(deployment, Messages);
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count == 0, TimeSpan.FromSeconds(10));
        deployment.Store.Points.Select(point => point.InfluencerId).ShouldBe(Enumerable.Range(1, 3 * Messages).Select(id => (long)id).Except(bad));
        var dead = deployment.Queues.Points.DeadLetters;
        dead.ShouldAllBe(letter => letter.Reason == "The store cannot take it: Too great a number.");
        var buried = dead.Select(letter => DataPointMessageReader.Read(letter.Body, Ten).Batch!).ToList();
        buried.SelectMany(batch => batch.Points).Select(point => point.InfluencerId).Order().ShouldBe(bad);
        deployment.Metrics.Snapshot().DeadLettered.ShouldBe(bad.Length);
        deployment.Health.Problems(TimeSpan.FromMinutes(1)).ShouldBeEmpty("a refusal is not an outage");
    }

    [Fact]
    public async Task Run_StoreRefusesAWholeMessage_ItIsBuriedAsItWas()
    {
        await using var deployment = new Deployment();
        var slot = deployment.Slot;
        var body = $$"""{"v":1,"slot":{{slot}},"interval":10,"points":[[1,10,1,{{slot}},"one"],[2,20,1,{{slot}},"two"],[3,-1,1,{{slot}},"three"]],"missed":[[4,"timeout"]]}""";
        deployment.Store.Fault = batch => batch.Points.Any(point => point.InfluencerId < 3) || batch.Missed.Count > 0 ? new StoreRefusedException("No.") : null;
        await deployment.Queues.Points.SendTextAsync(body);
        await SendAsync(deployment, 1, firstId: 10);
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count == 0, TimeSpan.FromSeconds(10));
        Encoding.UTF8.GetString(deployment.Queues.Points.DeadLetters.ShouldHaveSingleItem().Body.Span).ShouldBe(body);
        deployment.Store.Points.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Run_StoreGoesAwayWhileItIsSearched_WhatWasStoredIsDeletedAndTheRestWaits()
    {
        await using var deployment = new Deployment();
        var appends = 0;
        deployment.Store.Fault = batch => batch.Points.Any(point => point.InfluencerId == 120) ? new StoreRefusedException("No.") : null;
        deployment.Store.OnStep = step =>
            step == "store: append" && Interlocked.Increment(ref appends) is > 2 and < 6 ? throw new StoreUnavailableException("Away.") : ValueTask.CompletedTask;
        await SendAsync(deployment, Messages);
        await deployment.StartAsync(deployment.NewIngester(new IngestionOptions { MaxMessagesPerWrite = 100 }));
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count == 0, TimeSpan.FromSeconds(20));
        deployment.Store.Points.Count.ShouldBe(3 * Messages - 1);
        deployment.Metrics.Snapshot().Duplicates.ShouldBe(0);
        deployment.Queues.Points.DeadLetters.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Run_BadPointThatFillsAMessage_IsPutAsideCutAndHoldsUpNobody()
    {
        await using var deployment = new Deployment();
        var slot = deployment.Slot;
        var head = $$"""{"v":1,"slot":{{slot}},"interval":10,"points":[[1,10,1,{{slot}},"one"],["é""";
        const string Tail = "\"]],\"missed\":[]}";
        var filler = QueueLimits.MaxBodyBytes - Encoding.UTF8.GetByteCount(head) - Tail.Length;
        await deployment.Queues.Points.SendTextAsync(head + new string('x', filler) + Tail);
        await SendAsync(deployment, 1, firstId: 10);
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count == 0, TimeSpan.FromSeconds(10));
        deployment.Store.Points.Select(point => point.InfluencerId).ShouldBe([1, 10, 11, 12]);
        var dead = deployment.Queues.Points.DeadLetters.ShouldHaveSingleItem();
        dead.Body.Length.ShouldBeLessThanOrEqualTo(QueueLimits.MaxBodyBytes);
        dead.Reason.ShouldContain("id");
    }

    [Fact]
    public async Task Run_BadPointThatDoesNotFitOnceWrapped_IsCutWithAMark()
    {
        await using var deployment = new Deployment();
        // A short head, so that what is wrapped around the point is longer than what was.
        const string Head = "{\"v\":1,\"points\":[\"";
        var tail = $"\"],\"slot\":{deployment.Slot},\"interval\":10}}";
        await deployment.Queues.Points.SendTextAsync(Head + new string('x', QueueLimits.MaxBodyBytes - Head.Length - tail.Length) + tail);
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count == 0, TimeSpan.FromSeconds(10));
        var dead = deployment.Queues.Points.DeadLetters.ShouldHaveSingleItem();
        dead.Body.Length.ShouldBeLessThanOrEqualTo(QueueLimits.MaxBodyBytes);
        dead.Reason.ShouldBe("The data point is not an array.");
        Encoding.UTF8.GetString(dead.Body.Span).ShouldEndWith($" of {QueueLimits.MaxBodyBytes + 12} bytes are kept]");
    }

    [Fact]
    public async Task Run_TensOfThousandsOfBadPoints_ShareAFewLetters()
    {
        await using var deployment = new Deployment();
        var points = string.Join(',', Enumerable.Repeat("[]", 80_000));
        await deployment.Queues.Points.SendTextAsync($$"""{"v":1,"slot":{{deployment.Slot}},"interval":10,"points":[{{points}},7]}""");
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count == 0, TimeSpan.FromSeconds(10));
        var dead = deployment.Queues.Points.DeadLetters;
        dead.Count.ShouldBe(2, "one for each reason");
        dead.Sum(letter => DataPointMessageReader.Read(letter.Body, Ten).Rejected.Count).ShouldBe(80_001);
        deployment.Metrics.Snapshot().DeadLettered.ShouldBe(80_001);
        deployment.Logs.Warnings.Count.ShouldBe(2, "a line for each reason");
    }

    [Fact]
    public async Task Run_DeadLetterCannotBeWritten_TheGoodMessagesAreStored()
    {
        await using var deployment = new Deployment();
        deployment.Queues.Points.OnStep = step =>
            step.EndsWith("dead letter", StringComparison.Ordinal) ? throw new QueueUnavailableException("No room for dead letters.") : ValueTask.CompletedTask;
        await deployment.Queues.Points.SendTextAsync("garbage");
        await SendAsync(deployment, Messages);
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count == 1, TimeSpan.FromSeconds(10));
        deployment.Store.Points.Count.ShouldBe(3 * Messages);
    }

    [Fact]
    public async Task Run_MessagesOfANewerVersion_AreLeftAndCounted()
    {
        await using var deployment = new Deployment();
        await deployment.Queues.Points.SendTextAsync("""{"v":2,"slot":0}""");
        await deployment.Queues.Points.SendTextAsync("""{"v":2,"points":{"packed":"…"}}""");
        await SendAsync(deployment, 5);
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1));
        deployment.Store.Points.Count.ShouldBe(15);
        deployment.Queues.Points.Bodies.Count.ShouldBe(2);
        deployment.Queues.Points.VisibleAt.ShouldAllBe(at => at > deployment.NowMs, "hidden, so that they are not received in a loop");
        deployment.Queues.Points.DeadLetters.ShouldBeEmpty();
        deployment.NewerMessages.CountOf(QueueNames.InfluencerDataPoints).ShouldBe(2);
        deployment.Health.Problems(TimeSpan.FromMinutes(1)).ShouldBeEmpty();
        deployment.Logs.Warnings.ShouldHaveSingleItem().ShouldContain("version 2");

        // A newer program takes them.
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.VisibleAt.All(at => at <= deployment.NowMs + 100), TimeSpan.FromMinutes(2));
        deployment.Queues.Points.RemoveAll();
        await deployment.Time.AdvanceUntilAsync(() => deployment.NewerMessages.CountOf(QueueNames.InfluencerDataPoints) == 0, TimeSpan.FromMinutes(5));
        await deployment.Time.AdvanceUntilAsync(() => deployment.Logs.Messages[^1].Contains("No messages of a newer version", StringComparison.Ordinal), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Run_ManyUnreadable_AreToldOnceAndWhenItIsOver()
    {
        await using var deployment = new Deployment();
        await deployment.StartIngesterAsync();
        for (var i = 0; i < 20; i++)
        {
            await deployment.Queues.Points.SendTextAsync("""{"influencer_id":0}""");
            await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100));
        }
        deployment.Queues.Points.DeadLetters.Count.ShouldBe(20);
        deployment.Logs.Warnings.ShouldHaveSingleItem().ShouldContain("influencer_id is not an integer");
        await deployment.Queues.Points.SendTextAsync("[]");
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100));
        deployment.Logs.Warnings.Count.ShouldBe(2, "another reason");
        await deployment.Time.AdvanceUntilAsync(() => deployment.Logs.Messages.Count == 3, TimeSpan.FromMinutes(2));
        deployment.Logs.Messages[^1].ShouldContain("21 messages or data points");
    }

    private static async Task SendAsync(Deployment deployment, int messages, int firstId = 1)
    {
        for (var message = 0; message < messages; message++)
        {
            var slot = deployment.Slot;
            var points = Enumerable.Range(firstId + 3 * message, 3).Select(id => new DataPoint(id, id * 10, 1, slot, deployment.NowMs, $"influencer-{id}")).ToList();
            await deployment.Queues.Points.SendAsync(new DataPointMessageWriter().Write(slot, Ten, points, []), CancellationToken.None);
        }
    }
}
