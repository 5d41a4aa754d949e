using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Influencers;
using Microsoft.AspNetCore.Mvc;

namespace InfluencerAnalytics.Host.Api.Keys;

/// <summary>Signing in with a key, for pages: a browser then sends a cookie that no script can read.</summary>
internal static class SessionEndpoints
{
    private const int MaxBodyBytes = 16 * 1024;

    private const string ExpectedBody = """{"key":"…"} with an API key""";

    public static void MapSession(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/session").WithTags("Session").NeedNoKey().Unkept().ProducesProblem(401);
        group.MapPost("", BeginAsync)
            .WithName("SignIn")
            .WithSummary("Sign in with an API key: the answer sets a cookie that counts as the key")
            .WithDescription("The cookie is HttpOnly and SameSite=Strict. A request that changes something and comes with the cookie alone needs the antiforgeryToken of the answer in the "
                + "header X-Antiforgery-Token. A session is over after Api:SessionLength, with the end of the process, or when it is ended.")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes))
            .Accepts<SessionRequest>("application/json")
            .Produces<SessionResponse>()
            .ProducesProblem(400);
        group.MapRead("", Get)
            .WithName("GetSession")
            .WithSummary("The session that the cookie stands for, with a new token")
            .Produces<SessionResponse>();
        group.MapDelete("", EndAsync)
            .WithName("SignOut")
            .WithSummary("End the session that the cookie stands for")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(403);
    }

    private static async Task<IResult> BeginAsync(SessionCookie cookie, HttpContext context)
    {
        var (request, problem) = await JsonBody.ReadAsync(context, ApiJsonContext.Default.SessionRequest, ExpectedBody);
        if (problem is not null)
            return problem;
        if (request?.Key is not { Length: > 0 } key)
            return Problems.BadRequest("No key", $"The body names no key. It must be {ExpectedBody}.");
        return cookie.Begin(context, key) is { } session
            ? TypedResults.Ok(Respond(session, cookie.TokenFor(context)))
            : Problems.Unauthorized("The key is not one of this server's.");
    }

    private static IResult Get(SessionCookie cookie, HttpContext context) => cookie.Find(context) is { } session
        ? TypedResults.Ok(Respond(session, cookie.TokenFor(context)))
        : Problems.Unauthorized("Nobody is signed in: there is no cookie, or its session is over. POST /api/v1/session signs in.");

    private static async Task<IResult> EndAsync(SessionCookie cookie, HttpContext context)
    {
        if (cookie.Find(context) is not null && !await cookie.IsOfOurPageAsync(context))
            return Problems.NoToken();
        cookie.End(context);
        return TypedResults.NoContent();
    }

    private static SessionResponse Respond(Sessions.SignedIn session, string token) => new(
        session.Rights.HasFlag(ApiRights.Read), session.Rights.HasFlag(ApiRights.Write), UtcText.Of(session.EndsAt.ToUnixTimeMilliseconds()), token);
}
