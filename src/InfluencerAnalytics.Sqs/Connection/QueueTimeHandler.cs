using System.Diagnostics;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Sqs.Connection;

/// <summary>Tells the clock guard what time each answer of SQS carries. Safe for concurrent use.</summary>
internal sealed class QueueTimeHandler(ClockGuard clock, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    // Of a slow answer nobody knows when its time was: that is noticed with the next quick one.
    private static readonly TimeSpan QuickWithin = TimeSpan.FromSeconds(1);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var response = await base.SendAsync(request, cancellationToken);
        // A failure may be that of a proxy on the way, whose clock is not the queue's.
        if (response is { IsSuccessStatusCode: true, Headers.Date: { } date } && Stopwatch.GetElapsedTime(started) < QuickWithin)
            clock.Observe(date);
        return response;
    }
}
