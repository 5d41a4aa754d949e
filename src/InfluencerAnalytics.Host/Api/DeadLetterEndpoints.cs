using System.Text;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Host.Api.Responses;
using InfluencerAnalytics.Queues;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace InfluencerAnalytics.Host.Api;

/// <summary>Messages that could not be processed: look, try again, drop.</summary>
internal static class DeadLetterEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;
    private const int ShownCharacters = 4096;
    private const int MaxBodyBytes = 1024 * 1024;

    private const string ExpectedBody = """{"ids":["…"]} with the ids that the list shows, or {} for all""";

    public static void MapDeadLetters(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/dead-letters").WithTags("Dead letters")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);
        group.MapRead("", ListAsync)
            .WithName("ListDeadLetters")
            .WithSummary("What could not be processed, and why; the oldest first")
            .WithDescription("queue is one of the queues; left out it means all.")
            .RequireKey(ApiRights.Read)
            .Produces<DeadLettersResponse>();
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

    private static async Task<IResult> ListAsync(string? queue, string? limit, IMessageQueues queues, CancellationToken cancellationToken)
    {
        if (!Parameters.TryInt(limit, nameof(limit), DefaultLimit, 1, MaxLimit, out var count, out var problem))
            return problem;
        if (NamesFor(queue, out problem) is not { } names)
            return problem!;
        var letters = new List<DeadLetter>();
        foreach (var name in names)
            letters.AddRange(await queues.Get(name).ListDeadLettersAsync(count, cancellationToken));
        return TypedResults.Ok(new DeadLettersResponse([.. letters.OrderBy(letter => letter.At).Take(count).Select(Respond)]));
    }

    private static async Task<IResult> ReplayAsync(string? queue, IMessageQueues queues, HttpContext context)
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
            replayed += await queues.Get(name).ReplayDeadLettersAsync(ids, context.RequestAborted);
        return TypedResults.Ok(new ReplayResponse(replayed));
    }

    private static async Task<IResult> DropAsync(string id, string? queue, IMessageQueues queues, CancellationToken cancellationToken)
    {
        if (NamesFor(queue, out var problem) is not { } names)
            return problem!;
        // An id names one letter of one queue, so that at most one of them finds it.
        foreach (var name in names)
        {
            if (await queues.Get(name).DropDeadLetterAsync(id, cancellationToken))
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

    private static DeadLetterItem Respond(DeadLetter letter)
    {
        // What is no UTF-8 shows as replacement characters: a body is here to be looked at.
        var bytes = letter.Body.Span;
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, ShownCharacters * 4)]);
        return new DeadLetterItem(
            letter.Id, letter.Queue, letter.Reason, Iso.Format(letter.At),
            text.Length <= ShownCharacters ? text : text[..ShownCharacters], letter.Body.Length);
    }
}
