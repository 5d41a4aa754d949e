using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Host.Reporting;

/// <summary>Has the pipeline reported on now and then, though nobody asks: instruments of queues, store and slots say what was read last.</summary>
internal sealed class FigureRefresh(PipelineReport report, PipelineMetrics metrics, WorkerHealth health, TimeProvider timeProvider, ILogger<FigureRefresh> logger)
    : Worker("figures", health, timeProvider, logger)
{
    private bool _hasBegun;

    // No rarer than exporters ask as a rule; a report takes milliseconds.
    protected override TimeSpan IdlePause => TimeSpan.FromSeconds(10);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        // A start has enough to do, and exporters listen by now.
        if (_hasBegun)
            await report.ReadAsync(stopping);
        else
            metrics.Begin();
        _hasBegun = true;
        return WorkResult.Idle;
    }
}
