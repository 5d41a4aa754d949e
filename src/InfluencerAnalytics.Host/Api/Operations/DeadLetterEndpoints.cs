using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Queues;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace InfluencerAnalytics.Host.Api.Operations;

/// <summary>Messages that could not be processed: look, try again, drop.</summary>
internal static class DeadLetterEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxBodyBytes = 1024 * 1024;

    private const string ExpectedBody = """{"ids":["…"]} with the ids that the list shows, or {} for all""";

    public static void MapDeadLetters(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/dead-letters").WithTags("Dead letters")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);
        group.MapRead("", ListAsync)
            .WithName("ListDeadLetters")
            .WithSummary("What could not be processed, and why; the oldest first")
            .WithDescription("queue is one of the queues; left out it means all. At most 100 come; replay or drop those to see newer ones. dead is how many there are; droppedDead how many older ones went, since only so many are kept.")
            .RequireKey(ApiRights.Read)
            .Produces<DeadLettersResponse>()
            .Compressed()
            .Tagged();
        group.MapPost("/replay", ReplayAsync)
            .WithName("ReplayDeadLetters")
            .WithSummary("Send dead letters to their queue again: those named, or all")
            .RequireKey(ApiRights.Write)
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes))
            .Accepts<ReplayRequest>("application/json")
            .Produces<ReplayResponse>();
        group.MapDelete("/{id}", DropAsync)
            .WithName("DropDeadLetter")
            .WithSummary("Drop one for good")
            .RequireKey(ApiRights.Write)
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(string? queue, string? limit, DeadLetterReader reader, CancellationToken cancellationToken)
    {
        if (!Parameters.TryInt(limit, nameof(limit), DefaultLimit, 1, DeadLetterReader.MaxLimit, out var count, out var problem))
            return problem;
        if (NamesFor(queue, out problem) is not { } names)
            return problem!;
        return TypedResults.Ok(await reader.ReadAsync(names, count, cancellationToken));
    }

    private static async Task<IResult> ReplayAsync(string? queue, IDeadLetters letters, HttpContext context)
    {
        if (NamesFor(queue, out var problem) is not { } names)
            return problem!;
        (var request, problem) = await JsonBody.ReadAsync(context, ApiJsonContext.Default.ReplayRequest, ExpectedBody);
        if (problem is not null)
            return problem;
        if (request?.Ids?.Contains(null!) == true)
            return Problems.BadRequest("Bad body", $"An id is null. The body must be {ExpectedBody}.");
        // An id names one letter of one queue: the other queues do not know it and skip it.
        var ids = request?.Ids?.Distinct(StringComparer.Ordinal).ToList();
        var replayed = 0;
        foreach (var name in names)
            replayed += await letters.ReplayAsync(name, ids, context.RequestAborted);
        return TypedResults.Ok(new ReplayResponse(replayed));
    }

    private static async Task<IResult> DropAsync(string id, string? queue, IDeadLetters letters, CancellationToken cancellationToken)
    {
        if (NamesFor(queue, out var problem) is not { } names)
            return problem!;
        // An id names one letter of one queue, so that at most one of them finds it.
        foreach (var name in names)
        {
            if (await letters.DropAsync(name, id, cancellationToken))
                return TypedResults.NoContent();
        }
        return Problems.NotFound("Unknown dead letter", $"There is no dead letter '{Parameters.Shown(id)}'. GET /api/v1/dead-letters lists what there is.");
    }

    private static IReadOnlyList<string>? NamesFor(string? queue, out ProblemHttpResult? problem)
    {
        problem = null;
        if (string.IsNullOrEmpty(queue))
            return QueueNames.All;
        if (QueueNames.All.Contains(queue))
            return [queue];
        problem = Problems.BadRequest("Bad queue", $"'{Parameters.Shown(queue)}' is not a queue. It is one of {string.Join(", ", QueueNames.All)}.");
        return null;
    }
}
