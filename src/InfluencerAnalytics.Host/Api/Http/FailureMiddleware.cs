using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>Turns what handlers throw, and bare error statuses of the framework, into problem details.</summary>
internal sealed partial class FailureMiddleware(RequestDelegate next, ILogger<FailureMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        IResult? answer;
        try
        {
            await next(context);
            answer = ForBareStatus(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception)
        {
            if (context.Response.HasStarted)
            {
                // Half an answer must not look like a whole one: break the connection.
                Log.BrokenOff(logger, context.Request.Path, context.TraceIdentifier, exception);
                context.Abort();
                return;
            }
            context.Response.Clear();
            answer = ForException(exception);
            if (answer is null)
            {
                Log.Failed(logger, context.Request.Method, context.Request.Path, context.TraceIdentifier, exception);
                answer = TypedResults.Problem("The request failed inside the server, which has logged why.", statusCode: 500, title: "Internal error");
            }
        }
        if (answer is not null)
            await answer.ExecuteAsync(context);
    }

    private static IResult? ForException(Exception exception) => exception switch
    {
        StoreUnavailableException => Problems.Unavailable("The store is away", exception.Message),
        // What no store takes was in the request, and nobody has refused it before.
        StoreRefusedException => Problems.BadRequest("The store refuses it", exception.Message),
        QueueUnavailableException => Problems.Unavailable("The queue is away", exception.Message),
        BadHttpRequestException { StatusCode: 413 } => TypedResults.Problem(
            "The request's body is longer than this address takes.", statusCode: 413, title: "Body too large"),
        BadHttpRequestException bad => TypedResults.Problem(bad.Message, statusCode: bad.StatusCode, title: "Bad request"),
        _ => null,
    };

    private static ProblemHttpResult? ForBareStatus(HttpContext context)
    {
        var response = context.Response;
        if (response.StatusCode < 400 || response.HasStarted || response.ContentLength is not null || response.ContentType is not null)
            return null;
        var (title, detail) = response.StatusCode switch
        {
            404 => ("Nothing here", $"There is no {context.Request.Path}. /docs lists what there is."),
            405 => ("Method not allowed", $"{context.Request.Path} does not take {context.Request.Method}; it takes {response.Headers.Allow}."),
            415 => ("Unsupported media type", "Send application/json."),
            _ => ("Bad request", "The request cannot be understood. /docs lists what there is."),
        };
        return TypedResults.Problem(detail, statusCode: response.StatusCode, title: title);
    }

    private static partial class Log
    {
        [LoggerMessage(7001, LogLevel.Error, "{Method} {Path} failed (request {RequestId})")]
        public static partial void Failed(ILogger logger, string method, PathString path, string requestId, Exception exception);

        [LoggerMessage(7002, LogLevel.Warning, "The answer to {Path} broke off (request {RequestId})")]
        public static partial void BrokenOff(ILogger logger, PathString path, string requestId, Exception exception);
    }
}
