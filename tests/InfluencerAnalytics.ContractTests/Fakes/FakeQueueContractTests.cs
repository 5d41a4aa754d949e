using InfluencerAnalytics.ContractTests.Embedded;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.ContractTests.Fakes;

/// <summary>The queues of the fast tests.</summary>
public sealed class FakeQueueContractTests : MessageQueueContract
{
    private readonly SteppableTime _time = new(TestDatabase.Start);

    protected override ValueTask<IMessageQueues> OpenAsync() => ValueTask.FromResult<IMessageQueues>(new FakeQueues(_time));

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask CloseAsync() => ValueTask.CompletedTask;
}
