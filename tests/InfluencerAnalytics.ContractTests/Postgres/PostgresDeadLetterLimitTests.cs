using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.DeadLetters;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>No more dead letters are kept than is allowed, and what goes is counted.</summary>
public sealed class PostgresDeadLetterLimitTests(PlainPostgres server) : IAsyncLifetime
{
    private const string Queue = QueueNames.InfluencerDataPoints;

    private readonly PostgresTestStore _test = new(server) { Options = new PostgresOptions { MaxDeadLetters = 4, MaxDeadLetterBytes = 1024 * 1024 } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _test.OpenAsync();

    public async ValueTask DisposeAsync() => await _test.DisposeAsync();

    [Fact]
    public async Task Put_MoreThanAreKept_TheOldestGoAndAreCounted()
    {
        var shelf = new PostgresDeadLetterShelf(_test.Database);
        for (var number = 0; number < 6; number++)
            await shelf.PutAsync(Queue, new[] { (byte)('0' + number) }, "a reason with \0 in it", Cancel);
        (await shelf.CountAsync(Queue, Cancel)).ShouldBe(new DeadLetterCount(4, 2));
        (await shelf.ListAsync(Queue, 10, Cancel)).Select(static letter => (char)letter.Body.Span[0]).ShouldBe(['2', '3', '4', '5']);
        for (var number = 0; number < 6; number++)
            await shelf.PutAsync(Queue, new byte[QueueLimits.MaxBodyBytes], "large", Cancel);
        var kept = await shelf.CountAsync(Queue, Cancel);
        kept.Kept.ShouldBeInRange(3, 4);
        (kept.Kept + kept.Dropped).ShouldBe(12);
    }
}
