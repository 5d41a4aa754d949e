using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Processes;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Host.Reporting;

/// <summary>Says in the store, every 10 s, how this process is, so that every other one can tell of it; and at its end that it stopped.</summary>
internal sealed class ProcessReporter(
    OwnProcess own, IStoreStatus status, IProcessStore store, WorkerHealth health, TimeProvider timeProvider, ILogger<ProcessReporter> logger)
    : Worker("process report", health, timeProvider, logger)
{
    protected override TimeSpan IdlePause => TimeSpan.FromSeconds(10);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        await store.WriteProcessAsync(own.Describe(await status.GetStatusAsync(stopping)), stopping);
        return WorkResult.Idle;
    }

    protected override async ValueTask DrainAsync(CancellationToken deadline)
    {
        // While the store is away nobody can be told, and the stop must not wait for it: the others see that it is silent.
        if (await status.GetStatusAsync(deadline) is { Ready: true } ready)
            await store.WriteProcessAsync(own.Describe(ready) with { HasStopped = true }, deadline);
    }
}
