using System.Net.Http.Headers;
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

    private long _nextCheck;

    public void Observe(HttpResponseHeaders headers)
    {
        var now = timeProvider.GetTimestamp();
        var next = Volatile.Read(ref _nextCheck);
        if (now < next || Interlocked.CompareExchange(ref _nextCheck, now + timeProvider.TimestampFrequency * (long)CheckEvery.TotalSeconds, next) != next)
            return;
        if (headers.Date is { } date && (date - timeProvider.GetUtcNow()).Duration() > Tolerance)
            Log.ClockDiffers(logger, date, timeProvider.GetUtcNow());
    }

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Warning, "The provider's clock says {ProviderTime:o}, ours {OurTime:o}. Slots are labelled by ours.")]
        public static partial void ClockDiffers(ILogger logger, DateTimeOffset providerTime, DateTimeOffset ourTime);
    }
}
