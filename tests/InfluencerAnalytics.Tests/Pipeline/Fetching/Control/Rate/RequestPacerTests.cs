using InfluencerAnalytics.Pipeline.Fetching.Control.Rate;
using InfluencerAnalytics.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Pipeline.Fetching.Control.Rate;

[Collection(FakeClock.Name)]
public sealed class RequestPacerTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly RequestPacer _pacer;

    public RequestPacerTests() => _pacer = new RequestPacer(_time);

    public void Dispose() => _pacer.Dispose();

    [Fact]
    public void Wait_NoLimit_GoesThroughAtOnce()
    {
        _pacer.WaitAsync(CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();
        _pacer.TakeHasHeld().ShouldBeFalse();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(2000)]
    public async Task Wait_Limit_LetsSoManyThroughASecond(double rate)
    {
        _pacer.SetRate(rate);
        var waits = Enumerable.Range(0, (int)rate * 20).Select(_ => _pacer.WaitAsync(CancellationToken.None)).ToList();
        await PassAsync(10);
        waits.Count(wait => wait.IsCompletedSuccessfully).ShouldBeInRange((int)(rate * 9.5), (int)(rate * 10.1) + 1);
        _pacer.TakeHasHeld().ShouldBeTrue();
    }

    [Fact]
    public async Task TakeHasHeld_SomeWaitedButTheRateIsFarFromUsedUp_IsFalse()
    {
        _pacer.SetRate(100);
        // Lumps of 20 every half second: 40 of the 100 a second.
        for (var lump = 0; lump < 2; lump++)
        {
            var waits = Enumerable.Range(0, 20).Select(_ => _pacer.WaitAsync(CancellationToken.None)).ToList();
            waits.Count(wait => !wait.IsCompleted).ShouldBeGreaterThan(10);
            await PassAsync(0.5);
            waits.ShouldAllBe(wait => wait.IsCompletedSuccessfully);
        }
        _pacer.TakeHasHeld().ShouldBeFalse("more in flight would bring more");
    }

    [Fact]
    public async Task SetRate_WhileSomeWait_TheNewOneHoldsForThem()
    {
        _pacer.SetRate(1);
        var waits = Enumerable.Range(0, 1000).Select(_ => _pacer.WaitAsync(CancellationToken.None)).ToList();
        await PassAsync(1);
        _pacer.SetRate(200);
        await PassAsync(2);
        waits.Count(wait => wait.IsCompletedSuccessfully).ShouldBeInRange(380, 420);
        _pacer.SetRate(null);
        await PassAsync(0);
        waits.ShouldAllBe(wait => wait.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Pause_NoLimit_HoldsAllAndThenLetsAllGo()
    {
        _pacer.Pause(TimeSpan.FromSeconds(3), probeEvery: TimeSpan.FromMinutes(1));
        var waits = Enumerable.Range(0, 10).Select(_ => _pacer.WaitAsync(CancellationToken.None)).ToList();
        await PassAsync(2.9);
        waits.ShouldAllBe(wait => !wait.IsCompleted);
        _pacer.PauseLeft.ShouldBeGreaterThan(TimeSpan.Zero);
        await PassAsync(0.2);
        waits.ShouldAllBe(wait => wait.IsCompletedSuccessfully);
        _pacer.PauseLeft.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Wait_Cancelled_ThrowsAndTakesNoPermit()
    {
        _pacer.SetRate(1);
        using var cancellation = new CancellationTokenSource();
        var cancelled = Enumerable.Range(0, 100).Select(_ => _pacer.WaitAsync(cancellation.Token)).ToList();
        var patient = _pacer.WaitAsync(CancellationToken.None);
        await cancellation.CancelAsync();
        foreach (var wait in cancelled)
            await Should.ThrowAsync<OperationCanceledException>(wait);
        await PassAsync(1.1);
        patient.IsCompletedSuccessfully.ShouldBeTrue();
    }

    // Those that were let through go on by themselves a little later.
    private async Task PassAsync(double seconds)
    {
        for (var tick = 0; tick < seconds * 100; tick++)
            _time.Advance(TimeSpan.FromMilliseconds(10));
        await Pump.SettleAsync();
    }
}
