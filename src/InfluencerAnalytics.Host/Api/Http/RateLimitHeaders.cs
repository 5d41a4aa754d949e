using System.Globalization;
using System.Threading.RateLimiting;
using InfluencerAnalytics.Host.Api.Configuration;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>
/// Says on every limited answer how many requests its client has left, in the fields of draft-ietf-httpapi-ratelimit-headers as of version 10: the policy with its quota and the
/// seconds in which it fills, then what remains and the seconds until it is whole again.
/// </summary>
internal sealed class RateLimitHeaders(RequestDelegate next, IOptions<RateLimiterOptions> limiter, ApiOptions options)
{
    private readonly PartitionedRateLimiter<HttpContext> _limiter = limiter.Value.GlobalLimiter!;

    private readonly string _policy = string.Create(
        CultureInfo.InvariantCulture, $"\"client\";q={options.Burst};w={SecondsFor(options.Burst, options.RequestsPerSecond)}");

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<DisableRateLimitingAttribute>() is null)
            context.Response.OnStarting(static state => ((Answer)state).Mark(), new Answer(this, context));
        return next(context);
    }

    private static long SecondsFor(long requests, int perSecond) => (requests + perSecond - 1) / perSecond;

    private sealed record Answer(RateLimitHeaders Owner, HttpContext Context)
    {
        public Task Mark()
        {
            var left = Owner._limiter.GetStatistics(Context)?.CurrentAvailablePermits ?? 0;
            var headers = Context.Response.Headers;
            headers["RateLimit-Policy"] = Owner._policy;
            headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"client\";r={left};t={Owner.SecondsUntilWhole(left)}");
            return Task.CompletedTask;
        }
    }

    private long SecondsUntilWhole(long left) => SecondsFor(Math.Max(0, options.Burst - left), options.RequestsPerSecond);
}
