using System.Buffers;
using InfluencerAnalytics.Client.Contract;

namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>
/// Gives every request an id, the caller's when it sent a proper one, and puts it on every answer, into problems and into the log of failures: it is the request's
/// <see cref="HttpContext.TraceIdentifier"/> from here on. What must not be kept by anybody on the way is marked here as well, since every answer passes.
/// </summary>
internal sealed class RequestIdMiddleware(RequestDelegate next)
{
    private const int MaxLength = 128;

    private static readonly SearchValues<char> Proper = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public Task InvokeAsync(HttpContext context)
    {
        var sent = context.Request.Headers[ApiHeaders.RequestId];
        context.TraceIdentifier = sent is [{ } id] && IsProper(id) ? id : Guid.NewGuid().ToString("N");
        // When the answer starts: what an endpoint that fails has set by then is thrown away.
        context.Response.OnStarting(static state => Mark((HttpContext)state), context);
        return next(context);
    }

    /// <summary>1 to 128 letters, digits, points, underscores and dashes: it goes into headers and logs as it is.</summary>
    public static bool IsProper(string id) => id.Length is > 0 and <= MaxLength && !id.AsSpan().ContainsAnyExcept(Proper);

    private static Task Mark(HttpContext context)
    {
        var response = context.Response;
        response.Headers[ApiHeaders.RequestId] = context.TraceIdentifier;
        if (response.StatusCode >= StatusCodes.Status400BadRequest || context.GetEndpoint()?.Metadata.GetMetadata<UnkeptAnswer>() is not null)
            response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
