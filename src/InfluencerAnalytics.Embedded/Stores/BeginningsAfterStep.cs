using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>
/// After the clock was set back, those who were added within the step are tracked only from a time to come on: their readings are stored, and slots would show them as readings
/// of others until the clock has passed that time. They are brought to the present as soon as the step is seen.
/// </summary>
internal sealed partial class BeginningsAfterStep(StoreContext context, ILogger logger)
{
    private readonly ClockSteps _steps = new(context.Time);

    public void Look()
    {
        if (_steps.Look() is not { } step || step > TimeSpan.Zero)
            return;
        int changed;
        lock (context.Gate)
        {
            // Slots that have begun may have been counted already.
            var next = PointCodec.FloorSeconds(context.NowMs) + 1;
            changed = FutureTimes.PutBeginningsRight(context, beyond: next, to: next);
        }

        if (changed > 0)
            Log.PutRight(logger, changed);
    }

    private static partial class Log
    {
        [LoggerMessage(2055, LogLevel.Information, "{Influencers} influencers were added within the time by which the clock was set back: they are tracked from now on.")]
        public static partial void PutRight(ILogger logger, int influencers);
    }
}
