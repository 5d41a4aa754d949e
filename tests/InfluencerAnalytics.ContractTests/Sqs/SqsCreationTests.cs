using System.Globalization;
using Amazon.SQS.Model;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Sqs.Configuration;
using InfluencerAnalytics.Sqs.Connection;
using InfluencerAnalytics.Sqs.Creation;
using InfluencerAnalytics.Sqs.Queues;

namespace InfluencerAnalytics.ContractTests.Sqs;

/// <summary>Making queues, and what is said of those that are not as they have to be.</summary>
public sealed class SqsCreationTests(SqsServer server) : IDisposable
{
    private const int FourteenDays = 14 * 24 * 3600;

    private readonly List<SqsConnection> _connections = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_None_MakesEachWithoutARedrivePolicy()
    {
        var connection = Connect();
        var states = await new QueueCreation(connection).CreateAsync(Cancel);
        states.Select(state => (state.Name, state.IsNew, state.Problem)).ShouldBe(
            QueueNames.All.Select(name => (connection.Options.QueuePrefix + name, true, (string?)null)));
        foreach (var name in QueueNames.All)
        {
            var attributes = await AttributesAsync(connection, name);
            attributes["MessageRetentionPeriod"].ShouldBe(FourteenDays.ToString(CultureInfo.InvariantCulture));
            attributes.ShouldNotContainKey("RedrivePolicy");
        }
    }

    [Fact]
    public void Attributes_OfANewQueue_EncryptItByOurKeyOrItsOwn()
    {
        QueueCreation.AttributesOf(new SqsOptions()).ShouldContainKeyAndValue("SqsManagedSseEnabled", "true");
        var ours = QueueCreation.AttributesOf(new SqsOptions { KmsKeyId = "alias/ours" });
        ours.ShouldContainKeyAndValue("KmsMasterKeyId", "alias/ours");
        ours.ShouldNotContainKey("SqsManagedSseEnabled");
    }

    [Fact]
    public async Task Create_AllThere_ChangesNothing()
    {
        var connection = Connect();
        var creation = new QueueCreation(connection);
        await creation.CreateAsync(Cancel);
        (await creation.CreateAsync(Cancel)).ShouldAllBe(state => !state.IsNew && state.Problem == null);
        (await creation.InspectAsync(Cancel)).ShouldAllBe(state => !state.IsNew && state.Problem == null);
    }

    [Fact]
    public async Task Inspect_None_SaysThatTheyAreMissingAndWhatMakesThem() =>
        (await new QueueCreation(Connect()).InspectAsync(Cancel)).ShouldAllBe(state => state.Problem!.Contains("'queues create'"));

    [Fact]
    public async Task Inspect_ThrowsMessagesAway_SaysSo()
    {
        var connection = Connect();
        await new QueueCreation(connection).CreateAsync(Cancel);
        var dead = await connection.Client().CreateQueueAsync($"{connection.Options.QueuePrefix}other", Cancel);
        var arn = (await connection.Client().GetQueueAttributesAsync(dead.QueueUrl, ["QueueArn"], Cancel)).Attributes["QueueArn"];
        await SetAsync(connection, QueueNames.InfluencerIdStore, "RedrivePolicy", $$"""{"deadLetterTargetArn":"{{arn}}","maxReceiveCount":"5"}""");
        await SetAsync(connection, QueueNames.InfluencerDataPoints, "MessageRetentionPeriod", "345600");
        var problems = (await new QueueCreation(connection).InspectAsync(Cancel)).Select(state => state.Problem!).ToList();
        problems[0].ShouldContain("redrive policy");
        problems[1].ShouldContain("4 days only");
    }

    [Fact]
    public async Task Call_QueueMissing_SaysWhichAndWhatToDo()
    {
        var connection = Connect();
        var failure = await Should.ThrowAsync<QueueUnavailableException>(async () => await new SqsQueues(connection).Get(QueueNames.InfluencerIdStore).GetDepthAsync(Cancel));
        failure.Message.ShouldContain(connection.Options.QueuePrefix + QueueNames.InfluencerIdStore);
        failure.Message.ShouldContain("'queues create'");
    }

    [Fact]
    public async Task Call_NobodyThere_SaysWhere()
    {
        var connection = Connect(new Uri("http://127.0.0.1:9/"));
        var failure = await Should.ThrowAsync<QueueUnavailableException>(async () => await new SqsQueues(connection).Get(QueueNames.InfluencerIdStore).GetDepthAsync(Cancel));
        failure.Message.ShouldContain("refused");
        failure.Message.ShouldContain("http://127.0.0.1:9/");
    }

    [Fact]
    public async Task Answer_CarriesTheTime_TheClockIsHeldAgainstIt()
    {
        var clock = new ClockGuard(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(-1)));
        var connection = Connect(clock: clock);
        await new QueueCreation(connection).CreateAsync(Cancel);
        clock.Difference.TotalMinutes.ShouldBeInRange(-61, -59);
        clock.IsTrusted(TimeSpan.FromMinutes(1)).ShouldBeFalse();
    }

    [Fact]
    public async Task Send_ManyLargeBodies_AreSplitByBytes()
    {
        var connection = Connect();
        await new QueueCreation(connection).CreateAsync(Cancel);
        var queue = new SqsQueues(connection).Get(QueueNames.InfluencerDataPoints);
        var body = new byte[100_000];
        body.AsSpan().Fill((byte)'x');
        (await queue.SendAsync([.. Enumerable.Repeat(new OutgoingMessage(body), 25)], Cancel)).ShouldBeEmpty();
        (await queue.GetDepthAsync(Cancel)).Waiting.ShouldBe(25);
        // More than one call can give.
        (await queue.ReceiveAsync(25, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancel)).Count.ShouldBe(25);
    }

    [Fact]
    public async Task ChangeVisibility_ReceiptOfNobody_IsStaleAndTheOthersAreChanged()
    {
        var connection = Connect();
        await new QueueCreation(connection).CreateAsync(Cancel);
        var queue = new SqsQueues(connection).Get(QueueNames.InfluencerIdStore);
        await queue.SendAsync([new OutgoingMessage("one"u8.ToArray())], Cancel);
        var message = (await queue.ReceiveAsync(1, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancel)).ShouldHaveSingleItem();
        var failures = await queue.ChangeVisibilityAsync(
            [new VisibilityChange(message with { Receipt = "nobody's" }, TimeSpan.Zero), new VisibilityChange(message, TimeSpan.Zero)], Cancel);
        var failure = failures.ShouldHaveSingleItem();
        (failure.Index, failure.IsStale).ShouldBe((0, true));
        (await queue.ReceiveAsync(1, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), Cancel)).ShouldHaveSingleItem().ReceiveCount.ShouldBe(2);
    }

    public void Dispose() => _connections.ForEach(connection => connection.Dispose());

    private static async Task<Dictionary<string, string>> AttributesAsync(SqsConnection connection, string queue)
    {
        var url = (await connection.Client().GetQueueUrlAsync(connection.Options.QueuePrefix + queue, Cancel)).QueueUrl;
        return (await connection.Client().GetQueueAttributesAsync(url, ["All"], Cancel)).Attributes;
    }

    private static async Task SetAsync(SqsConnection connection, string queue, string attribute, string value)
    {
        var url = (await connection.Client().GetQueueUrlAsync(connection.Options.QueuePrefix + queue, Cancel)).QueueUrl;
        await connection.Client().SetQueueAttributesAsync(new SetQueueAttributesRequest(url, new Dictionary<string, string> { [attribute] = value }), Cancel);
    }

    private SqsConnection Connect(Uri? url = null, ClockGuard? clock = null)
    {
        var options = new SqsOptions { ServiceUrl = url ?? server.Url, Region = "us-east-1", QueuePrefix = $"t{Guid.NewGuid():N}-" };
        _connections.Add(new SqsConnection(options, clock ?? new ClockGuard(TimeProvider.System)));
        return _connections[^1];
    }
}
