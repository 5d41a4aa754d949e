using InfluencerAnalytics.ContractTests.Embedded;
using InfluencerAnalytics.Postgres.DeadLetters;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>The dead letters in the store's database, of queues that keep none themselves.</summary>
public sealed class PostgresDeadLetterContractTests(PlainPostgres server) : DeadLetterContract
{
    private readonly PostgresTestStore _test = new(server);
    private readonly SteppableTime _time = new(TestDatabase.Start);
    private FakeQueues? _queues;

    protected override async ValueTask<(IMessageQueues Queues, IDeadLetters Letters)> OpenAsync()
    {
        _queues = new FakeQueues(_time);
        await _test.OpenAsync();
        return await ReopenAsync();
    }

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return _test.PassAsync(time);
    }

    protected override async ValueTask<(IMessageQueues Queues, IDeadLetters Letters)> ReopenAsync()
    {
        await _test.ReopenAsync();
        return (_queues!, new QueueDeadLetters(_queues!, new PostgresDeadLetterShelf(_test.Database)));
    }

    protected override ValueTask CloseAsync() => _test.DisposeAsync();
}
