using System.Globalization;
using InfluencerAnalytics.Client.Contract;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>Errors as RFC 9457 problem details: the title says what kind, the detail what was wrong and what would be right.</summary>
internal static class Problems
{
    /// <summary>How long a client waits before asking again while the store or a queue is away; the roles probe about as often.</summary>
    public const int RetryAfterSeconds = 5;

    public static ProblemHttpResult BadRequest(string title, string detail) => TypedResults.Problem(detail, statusCode: 400, title: title);

    public static ProblemHttpResult Unauthorized(string detail) => TypedResults.Problem(detail, statusCode: 401, title: "API key needed");

    public static ProblemHttpResult Forbidden(string detail) => TypedResults.Problem(detail, statusCode: 403, title: "Not allowed with this API key");

    /// <summary>A change by a request that has nothing but a cookie, which a foreign page could have sent.</summary>
    public static ProblemHttpResult NoToken() => TypedResults.Problem(
        $"A request that changes something and comes with a cookie needs the session's token in the header {ApiHeaders.AntiforgeryToken}; GET /api/v1/session gives one.",
        statusCode: 403, title: "Antiforgery token needed");

    public static ProblemHttpResult NotFound(string title, string detail) => TypedResults.Problem(detail, statusCode: 404, title: title);

    public static ProblemHttpResult Conflict(string title, string detail) => TypedResults.Problem(detail, statusCode: 409, title: title);

    public static ProblemHttpResult UnknownInfluencer(long id) =>
        NotFound("Unknown influencer", $"Nothing is known of influencer {id}: it was never tracked and has no data points. POST /api/v1/influencers tracks it.");

    public static IResult Unavailable(string title, string detail) => TryLater(StatusCodes.Status503ServiceUnavailable, title, detail, RetryAfterSeconds);

    public static IResult TryLater(int status, string title, string detail, int seconds) => new TryLaterResult(status, title, detail, seconds);

    private sealed class TryLaterResult(int status, string title, string detail, int seconds) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return TypedResults.Problem(detail, statusCode: status, title: title).ExecuteAsync(httpContext);
        }
    }
}
