using System.Diagnostics.CodeAnalysis;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Influencers;
using InfluencerAnalytics.Leaderboard;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InfluencerAnalytics.Host.Api.Streaming;

/// <summary>New readings as they are stored, as server-sent events.</summary>
internal static class StreamEndpoint
{
    private const string LastEventId = "Last-Event-ID";
    private const int RetryAfterSeconds = 30;

    public static void MapStream(this IEndpointRouteBuilder routes) =>
        routes.MapRead("/api/v1/stream", Get)
            .WithName("Stream")
            .WithTags("Stream")
            .WithSummary("New data points of up to 100 influencers, and a summary every interval, as server-sent events")
            .WithDescription("ids is a list with commas; left out it means the summaries alone. First come a summary and the latest point of each influencer, then events point, and "
                + "summary with each new slot; heartbeat when 15 s went by. A client that comes back with Last-Event-ID is told what it missed instead; after a gap that is longer than is "
                + "remembered, or when another process answers, an event gap says so, and the latest points follow. A client that does not read is dropped. So many listen at once "
                + "(Api:MaxStreams), and so many of one client (Api:MaxStreamsPerClient); one more is a 429.")
            .Unkept()
            .Produces<string>(contentType: "text/event-stream")
            .ProducesProblem(400).ProducesProblem(429).ProducesProblem(503);

    private static IResult Get(string? ids, StreamHub hub, InfluencerLeaderboard leaderboard, HttpContext context)
    {
        if (!TryIds(ids, out var wanted, out var problem))
            return problem;
        var state = leaderboard.State;
        if (!state.IsLoaded)
            return SummaryEndpoint.NotLoaded(state);
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.ContentType = "text/event-stream";
            return TypedResults.Empty;
        }
        var last = context.Request.Headers[LastEventId].ToString();
        if (hub.TryEnter(wanted, ClientLimits.LimitedClientOf(context), last.Length == 0 ? null : Parameters.Shown(last), context.Abort, out var refusal) is not { } client)
            return Problems.TryLater(StatusCodes.Status429TooManyRequests, "Too many streams", refusal!, RetryAfterSeconds);
        // Kept until the connection is done with, also when it breaks.
        context.Response.RegisterForDispose(client);
        return TypedResults.ServerSentEvents(client.ReadAsync(context.RequestAborted));
    }

    private static bool TryIds(string? text, out IReadOnlyList<long> ids, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        (ids, problem) = ([], null);
        if (string.IsNullOrEmpty(text))
            return true;
        var found = new HashSet<long>();
        foreach (var part in text.Split(','))
        {
            if (!Parameters.TryId(part, out var id, out problem))
                return false;
            found.Add(id);
            if (found.Count > StreamHub.MostInfluencers)
            {
                problem = Problems.BadRequest("Too many ids", $"One stream is of at most {StreamHub.MostInfluencers} influencers. Open another one for more.");
                return false;
            }
        }
        ids = [.. found];
        return true;
    }
}
