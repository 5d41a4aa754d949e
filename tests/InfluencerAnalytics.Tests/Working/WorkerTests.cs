using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Tests.Fakes;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Working;

[Collection(FakeClock.Name)]
public sealed class WorkerTests : IDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly WorkerHealth _health;
    private readonly ListLogger _logs = new();
    private readonly TestWorker _worker;

    public WorkerTests()
    {
        _health = new WorkerHealth(_time);
        _worker = new TestWorker(_health, _time, _logs);
    }

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task Run_RoundFails_IsUnreadyWithTheReasonAndReadyAgain()
    {
        _worker.Round = () => throw new StoreUnavailableException("The store is away.");
        await StartAsync();
        _health.Problems(Silence).ShouldBe(["test: The store is away."]);
        _worker.Round = () => WorkResult.Idle;
        await _time.AdvanceUntilAsync(() => _health.Problems(Silence).Count == 0, TimeSpan.FromSeconds(6));
        _worker.Failures.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Run_FailsForLong_IsToldOncePerReasonAndWhenItIsOver()
    {
        _worker.Round = () => throw new StoreUnavailableException("The store is away.");
        await StartAsync();
        await _time.AdvanceAsync(TimeSpan.FromMinutes(2), TimeSpan.FromMilliseconds(100));
        _logs.Messages.ShouldBe(["test: The store is away. Trying again."]);
        _worker.Round = () => WorkResult.Blocked("The clock is wrong.");
        await _time.AdvanceAsync(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100));
        _logs.Messages.Count.ShouldBe(2);
        _worker.Round = () => WorkResult.Idle;
        await _time.AdvanceAsync(TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(100));
        _logs.Messages.Count.ShouldBe(3);
        _logs.Messages[^1].ShouldStartWith("test: works again, after ");
    }

    [Fact]
    public async Task Run_FailsEveryOtherRound_IsOneTrouble()
    {
        var round = 0;
        _worker.Round = () => ++round % 2 == 0 ? WorkResult.Idle : throw new InvalidOperationException("A bug.");
        await StartAsync();
        await _time.AdvanceAsync(TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(100));
        _logs.Messages.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Run_FailsForLong_BacksOffAndNeverDies()
    {
        _worker.Round = () => throw new InvalidOperationException("A bug.");
        await StartAsync();
        await _time.AdvanceAsync(TimeSpan.FromMinutes(2), TimeSpan.FromMilliseconds(100));
        _worker.Rounds.ShouldBeInRange(24, 60);
        _worker.ExecuteTask!.IsCompleted.ShouldBeFalse();
        _worker.Round = () => WorkResult.Idle;
        await _time.AdvanceUntilAsync(() => _health.Problems(Silence).Count == 0, TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task Run_CancellationThatIsNotTheStop_IsAFailureLikeAnother()
    {
        _worker.Round = () => throw new OperationCanceledException("A time limit within.");
        await StartAsync();
        _worker.ExecuteTask!.IsCompleted.ShouldBeFalse();
        _worker.Failures.ShouldBe(1);
    }

    [Fact]
    public async Task Run_Blocked_IsUnreadyWithTheReason()
    {
        _worker.Round = () => WorkResult.Blocked("The clock is wrong.");
        await StartAsync();
        _health.Problems(Silence).ShouldBe(["test: The clock is wrong."]);
        _worker.Failures.ShouldBe(0);
    }

    [Fact]
    public async Task Run_Idle_Pauses()
    {
        await StartAsync();
        await _time.AdvanceAsync(TimeSpan.FromSeconds(10));
        _worker.Rounds.ShouldBeInRange(45, 52);
    }

    [Fact]
    public async Task Run_PauseLongerThanTheSilence_IsReadyUntilBothAreOver()
    {
        _worker.Pause = TimeSpan.FromMinutes(5);
        await StartAsync();
        await _time.AdvanceAsync(TimeSpan.FromMinutes(4), TimeSpan.FromSeconds(1));
        _worker.Rounds.ShouldBe(1);
        _health.Problems(Silence).ShouldBeEmpty();
        _health.Ready("dead", _worker.Pause);
        await _time.AdvanceAsync(TimeSpan.FromMinutes(6) + TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        _health.Problems(Silence).ShouldBe(["dead: has not reported for 361 s."]);
    }

    [Fact]
    public async Task Stop_WithWorkInHand_DrainsAndForgetsItsHealth()
    {
        _worker.Drain = deadline => Task.Delay(TimeSpan.FromSeconds(2), _time, deadline);
        await StartAsync();
        await _time.WithClockAsync(StopAsync(), TimeSpan.FromSeconds(3));
        _worker.Drained.ShouldBeTrue();
        _health.Unready("other", "x");
        _health.Problems(Silence).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Run_FirstRoundNeverEnds_IsMissed()
    {
        var hold = new TaskCompletionSource();
        _worker.Hold = hold.Task;
        await StartAsync();
        await _time.AdvanceAsync(Silence * 2, TimeSpan.FromSeconds(1));
        _health.Problems(Silence).ShouldHaveSingleItem().ShouldStartWith("test: has not reported for ");
        hold.SetResult();
    }

    [Fact]
    public async Task Stop_DrainHangs_EndsAtItsDeadline()
    {
        _worker.Drain = deadline => Task.Delay(Timeout.InfiniteTimeSpan, _time, deadline);
        await StartAsync();
        await _time.WithClockAsync(StopAsync(), TimeSpan.FromSeconds(7));
        _worker.Drained.ShouldBeFalse();
    }

    [Fact]
    public async Task Stop_WhileBackingOff_DoesNotWaitForIt()
    {
        _worker.Round = () => throw new InvalidOperationException("A bug.");
        await StartAsync();
        await _time.AdvanceAsync(TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(100));
        await _time.WithClockAsync(StopAsync(), TimeSpan.FromMilliseconds(100));
    }

    private async Task StartAsync()
    {
        await _worker.StartAsync(TestContext.Current.CancellationToken);
        await _time.AdvanceUntilAsync(() => _worker.Rounds > 0, TimeSpan.FromSeconds(1));
        await Pump.SettleAsync();
    }

    private Task StopAsync() => Task.Run(() => _worker.StopAsync(CancellationToken.None), CancellationToken.None);

    private sealed class TestWorker(WorkerHealth health, TimeProvider timeProvider, ListLogger logs) : Worker("test", health, timeProvider, logs)
    {
        private int _rounds;

        public TimeSpan Pause { get; set; } = TimeSpan.FromMilliseconds(200);

        public int Rounds => Volatile.Read(ref _rounds);

        public bool Drained { get; private set; }

        public Func<WorkResult> Round { get; set; } = () => WorkResult.Idle;

        public Func<CancellationToken, Task> Drain { get; set; } = _ => Task.CompletedTask;

        protected override TimeSpan IdlePause => Pause;

        /// <summary>Each round waits for it.</summary>
        public Task Hold { get; set; } = Task.CompletedTask;

        protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
        {
            Interlocked.Increment(ref _rounds);
            await Hold;
            return Round();
        }

        protected override async ValueTask DrainAsync(CancellationToken deadline)
        {
            await Drain(deadline);
            Drained = true;
        }
    }
}
