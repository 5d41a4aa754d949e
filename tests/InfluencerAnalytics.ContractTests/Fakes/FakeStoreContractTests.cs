using InfluencerAnalytics.ContractTests.Embedded;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Tests.Fakes;
using Xunit.Sdk;

namespace InfluencerAnalytics.ContractTests.Fakes;

/// <summary>The store of the fast tests. A test of the suite that comes to what it does not support is skipped there, and says so.</summary>
public sealed class FakeStoreContractTests : InfluencerStoreContract
{
    private readonly SteppableTime _time = new(TestDatabase.Start);

    protected override DateTimeOffset Now => _time.GetUtcNow();

    protected override ValueTask<IInfluencerStore> OpenAsync() => ValueTask.FromResult<IInfluencerStore>(
        new FakeStore(_time) { Unsupported = Unsupported });

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask MaintainAsync() => throw Unsupported();

    // It lives as long as a test: what a process finds that starts later is the same.
    protected override ValueTask<IInfluencerStore> ReopenAsync() => ValueTask.FromResult(Store);

    protected override ValueTask CloseAsync() => ValueTask.CompletedTask;

    private static SkipException Unsupported() => SkipException.ForSkip(
        "The fake store keeps points, roster and slots. It has no roll-ups, streams, latest changes or background work: the workers that are tried with it use none.");
}
