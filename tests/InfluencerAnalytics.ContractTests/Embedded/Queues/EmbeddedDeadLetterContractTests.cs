using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.ContractTests.Embedded.Queues;

public sealed class EmbeddedDeadLetterContractTests : DeadLetterContract
{
    private readonly TestDatabase _test = new();

    protected override ValueTask<(IMessageQueues Queues, IDeadLetters Letters)> OpenAsync() => ValueTask.FromResult(PortsOf(_test.Database));

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _test.Time.Advance(time);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask<(IMessageQueues Queues, IDeadLetters Letters)> ReopenAsync() => ValueTask.FromResult(PortsOf(_test.Reopen()));

    protected override ValueTask CloseAsync()
    {
        _test.Dispose();
        return ValueTask.CompletedTask;
    }

    private static (IMessageQueues Queues, IDeadLetters Letters) PortsOf(EmbeddedDatabase database) => (database.Queues, database.DeadLetters);
}
