using System.Net;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Providers.Mockstagram;

/// <summary>What all that asks Mockstagram has in common: how it connects, and what the head of an answer means.</summary>
internal static class MockstagramHttp
{
    /// <summary>Connections of its own, for whoever asks for this: what one of them waits for holds up no other.</summary>
    public static HttpMessageInvoker NewInvoker(ProviderOptions options) => new(new SocketsHttpHandler
    {
        PooledConnectionIdleTimeout = options.IdleConnectionTimeout,
        // A new name resolution now and then, so that a provider that moves is followed.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = options.RequestTimeout,
        // A body that is not wanted is not read either: the connection is closed.
        MaxResponseDrainSize = options.MaxBodyBytes,
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
    });

    /// <summary>The address of a path below the provider's root.</summary>
    public static string AddressOf(ProviderOptions options, string path)
    {
        var root = options.BaseAddress.AbsoluteUri;
        return (root.EndsWith('/') ? root : root + "/") + path;
    }

    /// <summary>Why an answer with this status is of no use.</summary>
    public static MissReason ReasonOf(HttpStatusCode status) => status == HttpStatusCode.TooManyRequests ? MissReason.Throttled
        : (int)status >= 500 ? MissReason.ServerError
        : MissReason.UnexpectedStatus;

    /// <summary>How long the provider asks to be left alone; null when it does not.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider timeProvider)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date - timeProvider.GetUtcNow());
        return wait > TimeSpan.Zero ? wait : null;
    }
}
