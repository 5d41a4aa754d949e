using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>Writes every problem, whatever the client accepts, and names the request in it, so that what somebody was told is found in the log.</summary>
internal sealed class ProblemWriter(IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json) : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        problem.Extensions["requestId"] = context.HttpContext.TraceIdentifier;
        return new ValueTask(context.HttpContext.Response.WriteAsJsonAsync(
            problem, json.Value.SerializerOptions.GetTypeInfo(typeof(ProblemDetails)), "application/problem+json", context.HttpContext.RequestAborted));
    }
}
