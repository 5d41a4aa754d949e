using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Sqs.Configuration;
using InfluencerAnalytics.Sqs.Connection;
using InfluencerAnalytics.Sqs.Creation;
using InfluencerAnalytics.Sqs.Queues;

[assembly: AssemblyFixture(typeof(InfluencerAnalytics.ContractTests.Sqs.SqsServer))]

namespace InfluencerAnalytics.ContractTests.Sqs;

/// <summary>The queues on SQS, over HTTP against a server whose clock is the real one.</summary>
public sealed class SqsQueueContractTests(SqsServer server) : MessageQueueContract
{
    private readonly List<SqsConnection> _connections = [];
    private readonly string _prefix = $"t{Guid.NewGuid():N}-";

    protected override async ValueTask<IMessageQueues> OpenAsync()
    {
        var connection = Connect();
        (await new QueueCreation(connection).CreateAsync(Cancel)).ShouldAllBe(state => state.IsNew && state.Problem == null);
        return new SqsQueues(connection);
    }

    // The server's time is the real one.
    protected override async ValueTask PassAsync(TimeSpan time) => await Task.Delay(time, TimeProvider.System, Cancel);

    protected override ValueTask CloseAsync()
    {
        foreach (var connection in _connections)
            connection.Dispose();
        return ValueTask.CompletedTask;
    }

    private SqsConnection Connect()
    {
        var connection = new SqsConnection(new SqsOptions { ServiceUrl = server.Url, Region = "us-east-1", QueuePrefix = _prefix }, new ClockGuard(TimeProvider.System));
        _connections.Add(connection);
        return connection;
    }
}
