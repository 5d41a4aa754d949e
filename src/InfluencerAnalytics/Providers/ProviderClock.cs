using System.Net.Http.Headers;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Providers;

/// <summary>
/// Holds the provider's <c>Date</c> against our clock. A difference only earns a warning: the provider's clock may be the wrong one,
/// and slots are labelled by ours. Safe for concurrent use.
/// </summary>
internal sealed partial class ProviderClock(TimeProvider timeProvider, ILogger<ProviderClock> logger)
{
    // A Date has whole seconds and is made before the answer travels; below this a difference says nothing.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    // Parsing a date costs more than reading the record, so it is done now and then.
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(10);

    private readonly Episode _differs = new(timeProvider);
    private long _nextCheck;

    public void Observe(HttpResponseHeaders headers)
    {
        var now = timeProvider.GetTimestamp();
        var next = Volatile.Read(ref _nextCheck);
        if (now < next || Interlocked.CompareExchange(ref _nextCheck, now + timeProvider.TimestampFrequency * (long)CheckEvery.TotalSeconds, next) != next)
            return;
        if (headers.Date is not { } date)
            return;
        var ours = timeProvider.GetUtcNow();
        if ((date - ours).Duration() <= Tolerance)
        {
            if (_differs.Over() is { } past)
                Log.ClockAgrees(logger, past.Seconds);
        }
        else if (_differs.Happened(date > ours ? "ahead" : "behind"))
        {
            Log.ClockDiffers(logger, UtcText.Of(date), UtcText.Of(ours));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Warning, "The provider's clock says {ProviderTime}, ours {OurTime}. Slots are labelled by ours.")]
        public static partial void ClockDiffers(ILogger logger, string providerTime, string ourTime);

        [LoggerMessage(1102, LogLevel.Information, "The provider's clock agrees with ours again, after {Seconds} s.")]
        public static partial void ClockAgrees(ILogger logger, double seconds);
    }
}
