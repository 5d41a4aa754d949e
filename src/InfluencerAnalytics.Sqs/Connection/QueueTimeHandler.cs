using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Sqs.Connection;

/// <summary>Tells the clock guard what time each answer of SQS carries. Safe for concurrent use.</summary>
internal sealed class QueueTimeHandler(ClockGuard clock, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.Headers.Date is { } date)
            clock.Observe(date);
        return response;
    }
}
