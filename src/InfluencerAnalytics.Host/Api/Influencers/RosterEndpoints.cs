using System.Globalization;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Host.IdLists;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Stores.Roster;
using Microsoft.AspNetCore.Mvc;

namespace InfluencerAnalytics.Host.Api.Influencers;

/// <summary>Who is tracked: list, add, remove.</summary>
internal static class RosterEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    // Usernames have no index: one call looks at so many entries (some 20 ms) and gives a cursor to go on.
    private const int MaxScanned = 20_000;

    // 100,000 ids of 16 digits with commas and blanks, and room to spare.
    private const int MaxBodyBytes = 4 * 1024 * 1024;

    private const string ExpectedBody = """{"ids":[1000001, …]} with 1 to 100,000 whole numbers from 1 to 9007199254740991""";

    public static void MapRoster(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/influencers").WithTags("Roster").ProducesProblem(400).ProducesProblem(503);
        group.MapRead("", ListAsync)
            .WithName("ListInfluencers")
            .WithSummary("The roster, by id")
            .WithDescription("query is an id, or how a username begins. A page can be short, even empty, before the end: go on while there is a nextCursor.")
            .Produces<RosterResponse>();
        group.MapPost("", TrackAsync)
            .WithName("TrackInfluencers")
            .WithSummary("Track influencers (idempotent)")
            .RequireKey(ApiRights.Write)
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes))
            .Accepts<TrackRequest>("application/json")
            .Produces<TrackResponse>()
            .ProducesProblem(401).ProducesProblem(403);
        group.MapDelete("/{id}", UntrackAsync)
            .WithName("UntrackInfluencer")
            .WithSummary("Stop tracking one; its history stays")
            .RequireKey(ApiRights.Write)
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(string? query, string? limit, string? cursor, IRosterStore store, CancellationToken cancellationToken)
    {
        if (!Parameters.TryInt(limit, nameof(limit), DefaultLimit, 1, MaxLimit, out var count, out var problem))
            return problem;
        var afterId = 0L;
        if (!string.IsNullOrEmpty(cursor) && !Parameters.TryId(cursor, out afterId, out _))
            return Problems.BadRequest("Bad cursor", $"'{Parameters.Shown(cursor)}' is not a cursor. Send the nextCursor of the page before, or none for the first.");
        if (string.IsNullOrEmpty(query))
            return TypedResults.Ok(await PageAsync(store, afterId, count, cancellationToken));
        if (Parameters.TryId(query, out var id, out _))
        {
            var entry = await store.FindInfluencerAsync(id, cancellationToken);
            return TypedResults.Ok(new RosterResponse(entry is null || entry.Status == InfluencerStatus.Removed ? [] : [Respond(entry)], null));
        }
        return TypedResults.Ok(await SearchAsync(store, query, afterId, count, cancellationToken));
    }

    private static async ValueTask<RosterResponse> PageAsync(IRosterStore store, long afterId, int limit, CancellationToken cancellationToken)
    {
        var entries = await store.ReadRosterAsync(afterId, limit, cancellationToken);
        return new RosterResponse([.. entries.Select(Respond)], entries.Count == limit ? Cursor(entries[^1].InfluencerId) : null);
    }

    private static async ValueTask<RosterResponse> SearchAsync(IRosterStore store, string prefix, long afterId, int limit, CancellationToken cancellationToken)
    {
        var found = new List<RosterItem>();
        var entries = await store.ReadRosterAsync(afterId, MaxScanned, cancellationToken);
        foreach (var entry in entries)
        {
            if (entry.Username?.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) != true)
                continue;
            found.Add(Respond(entry));
            if (found.Count == limit)
                return new RosterResponse(found, Cursor(entry.InfluencerId));
        }
        return new RosterResponse(found, entries.Count == MaxScanned ? Cursor(entries[^1].InfluencerId) : null);
    }

    private static async Task<IResult> TrackAsync([FromServices] IRosterService roster, HttpContext context)
    {
        var (request, problem) = await JsonBody.ReadAsync(context, ApiJsonContext.Default.TrackRequest, ExpectedBody);
        if (problem is not null)
            return problem;
        if (request?.Ids is not { Count: > 0 } ids)
            return Problems.BadRequest("No ids", $"The body names no influencer. It must be {ExpectedBody}.");
        if (ids.Count > TrackRequest.MaxIds)
            return Problems.BadRequest("Too many ids", $"One call takes at most {TrackRequest.MaxIds} ids; these are {ids.Count}. Send them in several calls.");
        var list = IdList.Of(ids, nameof(ids));
        if (list.Invalid > 0)
            return Problems.BadRequest("Bad influencer id", $"{list.Errors[0]} An id is {InfluencerIds.Form}.");
        var result = await roster.TrackAsync(list.Ids, context.RequestAborted);
        return TypedResults.Ok(new TrackResponse(result.Added, result.AlreadyTracked));
    }

    private static async Task<IResult> UntrackAsync(string id, [FromServices] IRosterService roster, InfluencerReader influencers, HttpContext context)
    {
        if (!Parameters.TryId(id, out var influencerId, out var problem))
            return problem;
        // One that is known but not tracked any more is as it was asked to be.
        return await roster.UntrackAsync([influencerId], context.RequestAborted) > 0 || await influencers.IsKnownAsync(influencerId, context.RequestAborted)
            ? TypedResults.NoContent()
            : Problems.UnknownInfluencer(influencerId);
    }

    private static RosterItem Respond(RosterEntry entry) => new(
        entry.InfluencerId, entry.Username, InfluencerReader.NameOf(entry.Status), UtcText.Of(entry.AddedAt),
        entry.NextTry > 0 ? UtcText.Of(entry.NextTry) : null);

    private static string Cursor(long id) => id.ToString(CultureInfo.InvariantCulture);
}
