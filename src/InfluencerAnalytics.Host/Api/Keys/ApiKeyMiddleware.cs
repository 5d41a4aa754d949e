using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Http;

namespace InfluencerAnalytics.Host.Api.Keys;

/// <summary>Lets a request pass when its key, or the session that its cookie stands for, has the rights that the endpoint requires.</summary>
internal sealed class ApiKeyMiddleware(RequestDelegate next, ApiKeys keys, SessionCookie cookie, ApiOptions options)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is not { } endpoint)
            return next(context);
        var required = endpoint.Metadata.GetMetadata<RequiredRights>()?.Rights ?? (options.RequireKeyForReads ? ApiRights.Read : ApiRights.None);
        if (required == ApiRights.None)
            return next(context);

        var key = KeyOf(context.Request.Headers);
        if (key.Length == 0 && cookie.Find(context) is { } session)
            return PassSessionAsync(context, session, required);
        if (key.Length == 0)
            return RefuseAsync(context, $"This needs an API key in the header {ApiHeaders.Key}; {keys.Where}.");
        if (keys.RightsOf(key) is not { } rights)
            return RefuseAsync(context, $"The API key in the header {ApiHeaders.Key} is not one of this server's; {keys.Where}.");
        if ((rights & required) != required)
            return Problems.Forbidden($"The API key is valid, but lacks the right to {Name(required)}.").ExecuteAsync(context);
        return next(context);
    }

    private async Task PassSessionAsync(HttpContext context, Sessions.SignedIn session, ApiRights required)
    {
        if ((session.Rights & required) != required)
            await Problems.Forbidden($"The API key of this session lacks the right to {Name(required)}.").ExecuteAsync(context);
        else if (!await cookie.IsOfOurPageAsync(context))
            await Problems.NoToken().ExecuteAsync(context);
        else
            await next(context);
    }

    // Prometheus, like much else, can be told a bearer token and no header of ours.
    private static string KeyOf(IHeaderDictionary headers)
    {
        const string Bearer = "Bearer ";
        var key = headers[ApiHeaders.Key].ToString();
        var authorization = headers.Authorization.ToString();
        return key.Length == 0 && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : key;
    }

    private static Task RefuseAsync(HttpContext context, string detail)
    {
        // RFC 9110, 11.6.1: a 401 names the way to authenticate.
        context.Response.Headers.WWWAuthenticate = $"ApiKey header=\"{ApiHeaders.Key}\"";
        return Problems.Unauthorized(detail).ExecuteAsync(context);
    }

    private static string Name(ApiRights right) => right == ApiRights.Write ? "change things (write)" : "read this (read)";
}
