using InfluencerAnalytics.Host.Reporting;
using InfluencerAnalytics.Stores.Processes;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Reporting;

/// <summary>What a process says of itself in the store, and what others find there.</summary>
[Collection(FakeClock.Name)]
public sealed class ProcessReporterTests : IAsyncDisposable
{
    private readonly Deployment _deployment = new();
    private readonly ListLogger _logs = new();
    private readonly ProcessReadiness _readiness;
    private readonly OwnProcess _own;

    public ProcessReporterTests()
    {
        _readiness = new ProcessReadiness(_deployment.Health, _deployment.Store, _deployment.Metrics);
        _own = Process("fetcher");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _deployment.DisposeAsync();

    [Fact]
    public async Task Run_AMinute_WritesOncePerTenSeconds()
    {
        var writes = 0;
        _deployment.Store.OnStep = step =>
        {
            writes += step == "store: write process" ? 1 : 0;
            return ValueTask.CompletedTask;
        };
        await _deployment.StartAsync(Reporter());
        await _deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(1));
        writes.ShouldBe(6);
        var report = (await ReadAsync()).ShouldHaveSingleItem().Report;
        (report.Role, report.Id, report.HasStopped).ShouldBe(("fetcher", _own.Id, false));
        report.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_StoreWasAway_ReportsAgainWithWhatIsWrongNow()
    {
        _deployment.Store.IsAway = true;
        await _deployment.StartAsync(Reporter());
        await _deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1));
        _deployment.Health.Problems().ShouldBe(["process report: The store is away."]);
        _deployment.Store.IsAway = false;
        _deployment.Health.Unready("fetcher", "The clock is off by 7 s.");
        await _deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1));
        (await ReadAsync()).ShouldHaveSingleItem().Report.Problems.ShouldBe(["fetcher: The clock is off by 7 s."]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_AsAsked_IsSaidWhereTheStoreIsThere(bool isAway)
    {
        var reporter = Reporter();
        await _deployment.StartAsync(reporter);
        await _deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        _deployment.Store.IsAway = isAway;
        await _deployment.Time.WithClockAsync(Task.Run(() => reporter.StopAsync(CancellationToken.None), Token), TimeSpan.FromSeconds(10));
        _logs.Messages.ShouldBeEmpty();
        _deployment.Store.IsAway = false;
        (await ReadAsync()).ShouldHaveSingleItem().Report.HasStopped.ShouldBe(!isAway);
        // Who was stopped is missed by nobody.
        (await new DeploymentProcesses(Process("api"), _deployment.Store).ReadOthersAsync(await _deployment.Store.GetStatusAsync(Token), Token)).Count.ShouldBe(isAway ? 1 : 0);
    }

    [Fact]
    public async Task Read_ByAnotherProcess_HasItsOwnAsItIsNowAndTheOthersAsReported()
    {
        await _deployment.StartAsync(Reporter());
        await _deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(5));
        var processes = new DeploymentProcesses(Process("api"), _deployment.Store);
        var all = await processes.ReadAsync(await _deployment.Store.GetStatusAsync(Token), Token);
        all.Select(one => one.Report.Role).ShouldBe(["api", "fetcher"]);
        all.Select(one => one.Age).ShouldBe([TimeSpan.Zero, TimeSpan.FromSeconds(5)]);
        all.ShouldAllBe(one => DeploymentProcesses.IsCounted(one));

        // While the store is away each shows its own.
        _deployment.Store.IsAway = true;
        (await processes.ReadAsync(await _deployment.Store.GetStatusAsync(Token), Token)).ShouldHaveSingleItem().Report.Role.ShouldBe("api");
    }

    [Fact]
    public async Task Read_OneWasKilled_ItIsNamedForAnHourAndNotCounted()
    {
        var other = _own.Describe(await _deployment.Store.GetStatusAsync(Token));
        await _deployment.Store.WriteProcessAsync(other, Token);
        var processes = new DeploymentProcesses(Process("api"), _deployment.Store);
        await _deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(31), TimeSpan.FromSeconds(1));
        var silent = (await processes.ReadOthersAsync(await _deployment.Store.GetStatusAsync(Token), Token)).ShouldHaveSingleItem();
        DeploymentProcesses.IsCounted(silent).ShouldBeFalse();
        var readiness = new DeploymentReadiness(_readiness, _deployment.Store, processes);
        var (reasons, notes) = await readiness.ReadAsync(Token);
        reasons.ShouldBeEmpty();
        notes.ShouldBe([$"fetcher on {other.Host}: last heard of 31 s ago."]);
        await _deployment.Time.AdvanceAsync(TimeSpan.FromHours(1), TimeSpan.FromMinutes(1));
        (await readiness.ReadAsync(Token)).Notes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Readiness_ManyOthersNotReady_NamesTenOfThem()
    {
        var other = _own.Describe(await _deployment.Store.GetStatusAsync(Token));
        for (var i = 0; i < 13; i++)
            await _deployment.Store.WriteProcessAsync(other with { Id = $"f{i}", Problems = ["The clock is off by 7 s."] }, Token);
        var (reasons, notes) = await new DeploymentReadiness(_readiness, _deployment.Store, new DeploymentProcesses(Process("api"), _deployment.Store)).ReadAsync(Token);
        reasons.ShouldBeEmpty();
        notes.Count.ShouldBe(11);
        notes[0].ShouldBe($"fetcher on {other.Host} is not ready: The clock is off by 7 s.");
        notes[10].ShouldStartWith("3 more processes ");
    }

    private OwnProcess Process(string role) => new(ProcessIdentity.New(role, _deployment.Time), _readiness, _deployment.Metrics, _deployment.NewerMessages);

    private ProcessReporter Reporter() => new(_own, _deployment.Store, _deployment.Store, _deployment.Health, _deployment.Time, _logs.For<ProcessReporter>());

    private ValueTask<IReadOnlyList<ReportedProcess>> ReadAsync() => _deployment.Store.ReadProcessesAsync(IProcessStore.KeptFor, Token);
}
