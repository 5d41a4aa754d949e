using System.Security.Claims;
using InfluencerAnalytics.Host.Api.Configuration;
using Microsoft.AspNetCore.Antiforgery;

namespace InfluencerAnalytics.Host.Api.Keys;

/// <summary>The cookie of a session on requests and answers, and the token that goes with it on whatever changes something. Safe for concurrent use.</summary>
internal sealed class SessionCookie(Sessions sessions, IAntiforgery antiforgery, ApiOptions options)
{
    public const string CookieName = "influencer-analytics-session";
    public const string AntiforgeryCookieName = "influencer-analytics-antiforgery";

    // A secret of ours is much shorter: hashing more would only be work for whoever sends it.
    private const int MaxLength = 256;

    /// <summary>The session that a request belongs to; null for none.</summary>
    public Sessions.SignedIn? Find(HttpContext context)
    {
        if (context.Request.Cookies[CookieName] is not { Length: > 0 and <= MaxLength } secret || sessions.Find(secret) is not { } session)
            return null;
        Be(context, session);
        return session;
    }

    /// <summary>
    /// Whether a request of a session may change something: it brings the token that the session was given. A foreign page can have the cookie sent at most, and does not know the token.
    /// </summary>
    public async Task<bool> IsOfOurPageAsync(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
        // Without the header the library would look for it in a form, and read the body for that.
        || (context.Request.Headers.ContainsKey(Client.Contract.ApiHeaders.AntiforgeryToken) && await antiforgery.IsRequestValidAsync(context));

    /// <summary>Signs in: puts the cookie on the answer.</summary>
    /// <returns>Null for a key that is not known.</returns>
    public Sessions.SignedIn? Begin(HttpContext context, string key)
    {
        if (sessions.Begin(key) is not var (secret, session))
            return null;
        context.Response.Cookies.Append(CookieName, secret, Options(context, options.SessionLength));
        Be(context, session);
        return session;
    }

    public void End(HttpContext context)
    {
        if (context.Request.Cookies[CookieName] is { Length: > 0 and <= MaxLength } secret)
            sessions.End(secret);
        context.Response.Cookies.Delete(CookieName, Options(context, null));
        context.Response.Cookies.Delete(AntiforgeryCookieName, Options(context, null));
    }

    /// <summary>A token for the session that the request belongs to; its other half goes into a cookie.</summary>
    public string TokenFor(HttpContext context) => antiforgery.GetAndStoreTokens(context).RequestToken!;

    // Tokens are bound to who asks.
    private static void Be(HttpContext context, Sessions.SignedIn session) =>
        context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, session.Name)], CookieName));

    private static CookieOptions Options(HttpContext context, TimeSpan? age) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/",
        // Not a time: the client's clock may show another one.
        MaxAge = age,
        IsEssential = true,
    };
}
