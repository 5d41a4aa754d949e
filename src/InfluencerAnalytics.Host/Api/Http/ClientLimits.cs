using System.Net;
using System.Threading.RateLimiting;
using InfluencerAnalytics.Host.Api.Configuration;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.RateLimiting;

namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>The rate limit per client, and who a client is.</summary>
internal static class ClientLimits
{
    public static void Configure(RateLimiterOptions limiter, ApiOptions options)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, IPAddress>(context =>
            RateLimitPartition.GetTokenBucketLimiter(ClientOf(context), _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = options.Burst,
                TokensPerPeriod = options.RequestsPerSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
                AutoReplenishment = true,
            }));
        limiter.OnRejected = async (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = "1";
            await TypedResults.Problem(
                $"One client may make {options.RequestsPerSecond} requests a second, and {options.Burst} at once. Wait for the seconds in Retry-After.",
                statusCode: 429, title: "Too many requests").ExecuteAsync(rejected.HttpContext);
        };
    }

    public static void Configure(ForwardedHeadersOptions forwarded, ApiOptions options)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in options.TrustedProxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
                forwarded.KnownProxies.Add(address);
            else
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
        }
    }

    /// <summary>
    /// Whether the request comes from this machine with no proxy in between: commands, scripts and probes of its owner.
    /// A proxy on this machine adds a header that gives it away, trusted or not.
    /// </summary>
    public static bool IsDirectLoopback(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For")
        && !context.Request.Headers.ContainsKey("X-Original-For")
        && !context.Request.Headers.ContainsKey("Forwarded");

    /// <summary>Who a client is whose share is limited; null for the owner of this machine.</summary>
    public static IPAddress? LimitedClientOf(HttpContext context) => IsDirectLoopback(context) ? null : ClientOf(context);

    // One household has a whole /64 of IPv6 addresses.
    private static IPAddress ClientOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
