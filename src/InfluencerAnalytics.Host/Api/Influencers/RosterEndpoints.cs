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

    // 100,000 ids of 16 digits with commas and blanks, and room to spare.
    private const int MaxBodyBytes = 4 * 1024 * 1024;

    private const string ExpectedBody = """{"ids":[1000001, …]} with 1 to 100,000 whole numbers from 1 to 9007199254740991""";

    public static void MapRoster(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/influencers").WithTags("Roster").ProducesProblem(400).ProducesProblem(503);
        group.MapRead("", ListAsync)
            .WithName("ListInfluencers")
            .WithSummary("The roster: by id, or by how a username begins")
            .WithDescription("query is an id, or how a username begins (of either case); then they come by username, else by id. status is tracked, failing (tracked, and the newest "
                + $"slot of which anything was said of it, of the last {RosterStates.SlotsLookedAt} with reports, is a miss), gone or removed; left out it means all but the removed, who are still found by their id. "
                + "A page can be short, even empty, before the end: go on while there is a nextCursor.")
            .Produces<RosterResponse>()
            .Compressed()
            .Tagged();
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

    private static async Task<IResult> ListAsync(
        string? query, string? status, string? limit, string? cursor, IRosterStore store, CancellationToken cancellationToken)
    {
        if (!Parameters.TryInt(limit, nameof(limit), DefaultLimit, 1, MaxLimit, out var count, out var problem))
            return problem;
        RosterState? state = null;
        if (!string.IsNullOrEmpty(status))
        {
            if (!RosterStates.TryParse(status, out var wanted))
                return Problems.BadRequest("Bad status", $"'{Parameters.Shown(status)}' is not a status. It is one of {string.Join(", ", RosterStates.All)}.");
            state = wanted;
        }
        if (query?.Length > Usernames.MaxLength)
            return Problems.BadRequest("Bad query", $"'{Parameters.Shown(query)}' is longer than any username: {Usernames.MaxLength} characters.");
        var prefix = string.IsNullOrEmpty(query) ? null : Usernames.Fold(query);
        if (!RosterCursor.TryRead(cursor, prefix, out var place, out problem))
            return problem;
        // An id that is known is meant, though a username may begin with the same digits.
        if (Parameters.TryId(query ?? "", out var id, out _) && await store.FindMemberAsync(id, cancellationToken) is { } named)
            return TypedResults.Ok(new RosterResponse(state is null || named.State == state ? [Respond(named)] : [], null));
        var page = await store.SearchRosterAsync(new RosterSearch(prefix, state, place, count), cancellationToken);
        return TypedResults.Ok(new RosterResponse([.. page.Members.Select(Respond)], RosterCursor.Write(page.Next)));
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

    private static RosterItem Respond(RosterMember member) => new(
        member.InfluencerId, member.Username, RosterStates.NameOf(member.State), UtcText.Of(member.AddedAt), Time(member.NextTry))
    {
        Since = Time(member.Since),
        LastError = member.LastErrorAt > 0 ? MissReasons.NameOf(member.LastError) : null,
        LastErrorAt = Time(member.LastErrorAt),
        FollowerCount = member.Slot > 0 ? member.FollowerCount : null,
        Slot = Time(member.Slot),
    };

    private static string? Time(long unixMs) => unixMs > 0 ? UtcText.Of(unixMs) : null;
}
