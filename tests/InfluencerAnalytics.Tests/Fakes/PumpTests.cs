namespace InfluencerAnalytics.Tests.Fakes;

[Collection(FakeClock.Name)]
public sealed class PumpTests
{
    [Fact]
    public async Task SettleAsync_AThreadStaysBusy_FailsAndGoesOnOnceItIsNot()
    {
        using var release = new ManualResetEventSlim();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var busy = Task.Run(() =>
        {
            begun.SetResult();
            release.Wait(TestContext.Current.CancellationToken);
        }, TestContext.Current.CancellationToken);
        await begun.Task;

        var failure = await Should.ThrowAsync<TimeoutException>(() => Pump.SettleAsync(TimeSpan.FromMilliseconds(200)));
        failure.Message.ShouldContain("pool threads busy: 1, work items waiting: 0");
        await Should.ThrowAsync<TimeoutException>(() => Pump.SettleAsync());

        release.Set();
        await busy;
        await Pump.SettleAsync();
    }
}
