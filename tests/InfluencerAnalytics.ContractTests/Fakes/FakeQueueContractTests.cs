using InfluencerAnalytics.ContractTests.Embedded;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.ContractTests.Fakes;

/// <summary>The queues of the fast tests.</summary>
public sealed class FakeQueueContractTests : MessageQueueContract
{
    private readonly SteppableTime _time = new(TestDatabase.Start);
    private FakeQueues? _queues;

    protected override ValueTask<IMessageQueues> OpenAsync() => ValueTask.FromResult<IMessageQueues>(_queues = new FakeQueues(_time));

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask<IMessageQueues> ReopenAsync() => ValueTask.FromResult<IMessageQueues>(_queues!);

    protected override ValueTask CloseAsync() => ValueTask.CompletedTask;
}
