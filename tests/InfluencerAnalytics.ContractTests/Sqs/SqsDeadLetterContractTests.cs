using InfluencerAnalytics.ContractTests.Embedded;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Sqs.Configuration;
using InfluencerAnalytics.Sqs.Connection;
using InfluencerAnalytics.Sqs.Creation;
using InfluencerAnalytics.Sqs.Queues;

namespace InfluencerAnalytics.ContractTests.Sqs;

/// <summary>Queues on SQS whose dead letters lie in a data directory.</summary>
public sealed class SqsDeadLetterContractTests(SqsServer server) : DeadLetterContract
{
    private readonly TestDatabase _test = new();
    private readonly string _prefix = $"t{Guid.NewGuid():N}-";
    private SqsConnection? _connection;

    protected override async ValueTask<(IMessageQueues Queues, IDeadLetters Letters)> OpenAsync()
    {
        _connection = new SqsConnection(new SqsOptions { ServiceUrl = server.Url, Region = "us-east-1", QueuePrefix = _prefix }, new ClockGuard(TimeProvider.System));
        (await new QueueCreation(_connection).CreateAsync(Cancel)).ShouldAllBe(state => state.IsNew);
        return await ReopenAsync();
    }

    // The server's time is the real one.
    protected override async ValueTask PassAsync(TimeSpan time) => await Task.Delay(time, TimeProvider.System, Cancel);

    protected override ValueTask<(IMessageQueues Queues, IDeadLetters Letters)> ReopenAsync()
    {
        var queues = new SqsQueues(_connection!);
        return ValueTask.FromResult<(IMessageQueues, IDeadLetters)>((queues, new QueueDeadLetters(queues, _test.Reopen().DeadLetters)));
    }

    protected override ValueTask CloseAsync()
    {
        _connection?.Dispose();
        _test.Dispose();
        return ValueTask.CompletedTask;
    }
}
