using InfluencerAnalytics.ContractTests.Embedded;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.ContractTests.Fakes;

/// <summary>The dead letters of the fast tests.</summary>
public sealed class FakeDeadLetterContractTests : DeadLetterContract
{
    private readonly SteppableTime _time = new(TestDatabase.Start);
    private FakeQueues? _queues;

    protected override ValueTask<(IMessageQueues Queues, IDeadLetters Letters)> OpenAsync()
    {
        _queues = new FakeQueues(_time);
        return ReopenAsync();
    }

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return ValueTask.CompletedTask;
    }

    // They live as long as a test.
    protected override ValueTask<(IMessageQueues Queues, IDeadLetters Letters)> ReopenAsync() => ValueTask.FromResult<(IMessageQueues, IDeadLetters)>((_queues!, _queues!));

    protected override ValueTask CloseAsync() => ValueTask.CompletedTask;
}
