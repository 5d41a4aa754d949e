using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline;

/// <summary>Says once of each step of the wall clock that it was seen. What is hidden or held does not go by that clock; slots do.</summary>
internal sealed partial class ClockWatch(
    DeploymentInterval interval,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<ClockWatch> logger) : Worker("clock", health, timeProvider, logger)
{
    private readonly ClockSteps _steps = new(timeProvider);
    private TimeSpan _lastInterval = SlotGrid.IntervalBeforeSeeding;

    protected override TimeSpan IdlePause => TimeSpan.FromSeconds(1);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        if (_steps.Look() is { } step)
        {
            var now = UtcText.Of(NowMs);
            if (step < TimeSpan.Zero)
                Log.SetBack(Logger, -step.TotalSeconds, now);
            else if (step > await ReadIntervalAsync(stopping))
                Log.SetForwardOverSlots(Logger, step.TotalSeconds, now);
            else
                Log.SetForward(Logger, step.TotalSeconds, now);
        }
        return WorkResult.Idle;
    }

    // The step is seen only once: that the store is away must not swallow it.
    private async ValueTask<TimeSpan> ReadIntervalAsync(CancellationToken cancellationToken)
    {
        try
        {
            _lastInterval = await interval.ReadAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
        }
        return _lastInterval;
    }

    private static partial class Log
    {
        [LoggerMessage(1021, LogLevel.Warning, "The clock was set forward by {Seconds} s, or the machine slept: it is {Now} now. Slots between were not fetched.")]
        public static partial void SetForwardOverSlots(ILogger logger, double seconds, string now);

        [LoggerMessage(1023, LogLevel.Warning, "The clock was set forward by {Seconds} s, no more than an interval: it is {Now} now.")]
        public static partial void SetForward(ILogger logger, double seconds, string now);

        [LoggerMessage(1022, LogLevel.Warning, "The clock was set back by {Seconds} s: it is {Now} now. Until it has passed where it was, readings of slots that are stored already change nothing.")]
        public static partial void SetBack(ILogger logger, double seconds, string now);
    }
}
