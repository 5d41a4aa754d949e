using InfluencerAnalytics.Host.Reporting;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Reporting;

/// <summary>Readiness of a role without the API; with it, the endpoint's tests have it.</summary>
public sealed class ProcessReadinessTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly WorkerHealth _health;
    private readonly PipelineMetrics _metrics;
    private readonly OneStatus _store = new();
    private readonly ProcessReadiness _readiness;

    public ProcessReadinessTests()
    {
        _health = new WorkerHealth(_time) { Silence = TimeSpan.FromSeconds(20) };
        _metrics = new PipelineMetrics(_time);
        _readiness = new ProcessReadiness(_health, _store, _metrics);
    }

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public async Task Read_StoreAway_IsAReasonThoughNoWorkerNoticed()
    {
        _health.Ready("seeder");
        _store.Status = Status(false, "The disk is full.");
        (await _readiness.ReadAsync(TestContext.Current.CancellationToken)).Reasons.ShouldBe(["store: The disk is full."]);
    }

    [Fact]
    public async Task Read_WorkerSilentForLongerThanConfigured_IsAReason()
    {
        _health.Ready("seeder");
        _time.Advance(TimeSpan.FromSeconds(19));
        (await _readiness.ReadAsync(TestContext.Current.CancellationToken)).Reasons.ShouldBeEmpty();
        _time.Advance(TimeSpan.FromSeconds(2));
        (await _readiness.ReadAsync(TestContext.Current.CancellationToken)).Reasons.ShouldHaveSingleItem().ShouldStartWith("seeder: ");
    }

    [Fact]
    public async Task Read_ProviderAwayAndStoreWithAWord_AreNotesAndNoReasons()
    {
        _metrics.ProviderIs(new ProviderState(32, null, false, TimeSpan.FromSeconds(1), _time.GetUtcNow(), "timeout", true));
        _store.Status = Status(true, "A file is damaged.");
        var (reasons, notes) = await _readiness.ReadAsync(TestContext.Current.CancellationToken);
        reasons.ShouldBeEmpty();
        notes.Count.ShouldBe(2);
        notes[0].ShouldStartWith("The provider is away since ");
        notes[1].ShouldBe("store: A file is damaged.");
    }

    private static StoreStatus Status(bool ready, string detail) => new("fake", ready, detail, null, null, null);

    private sealed class OneStatus : IStoreStatus
    {
        public StoreStatus Status { get; set; } = new("fake", true, null, null, null, null);

        public ValueTask<StoreStatus> GetStatusAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Status);
    }
}
