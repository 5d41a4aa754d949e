using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.ContractTests.Embedded.Queues;

public sealed class EmbeddedQueueContractTests : MessageQueueContract
{
    private readonly TestDatabase _test = new();

    protected override ValueTask<IMessageQueues> OpenAsync() => ValueTask.FromResult(_test.Database.Queues);

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _test.Time.Advance(time);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask CloseAsync()
    {
        _test.Dispose();
        return ValueTask.CompletedTask;
    }
}
