using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.ContractTests.Embedded.Stores;

public sealed class EmbeddedStoreContractTests : InfluencerStoreContract
{
    private readonly TestDatabase _test = new();

    protected override DateTimeOffset Now => _test.Time.GetUtcNow();

    protected override ValueTask<IInfluencerStore> OpenAsync() => ValueTask.FromResult(_test.Database.Store);

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _test.Time.Advance(time);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask MaintainAsync()
    {
        _test.Database.Work.RollUp();
        _test.Database.Work.ApplyRetention();
        _test.Database.Work.Checkpoint();
        return ValueTask.CompletedTask;
    }

    protected override ValueTask<IInfluencerStore> ReopenAsync() => ValueTask.FromResult(_test.Reopen().Store);

    protected override ValueTask CloseAsync()
    {
        _test.Dispose();
        return ValueTask.CompletedTask;
    }
}
