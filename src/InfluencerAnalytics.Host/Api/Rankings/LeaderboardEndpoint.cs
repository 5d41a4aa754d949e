using System.Buffers;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Influencers;
using InfluencerAnalytics.Host.Api.Timelines;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Leaderboard.Changes;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InfluencerAnalytics.Host.Api.Rankings;

/// <summary>Everyone in ranking order, from memory.</summary>
internal static class LeaderboardEndpoint
{
    private const int MaxOffset = 100_000_000;

    private const string Header = "rank,id,username,followerCount,change24h,suspicious\r\n";

    public static void MapLeaderboard(this IEndpointRouteBuilder routes) =>
        routes.MapRead("/api/v1/leaderboard", GetAsync)
            .WithName("GetLeaderboard")
            .WithTags("Rankings")
            .WithSummary("Influencers by followers, page by page or around one")
            .WithDescription("limit is from 1 to 1,000 (100 when left out). offset passes over so many; around takes the id of one that stands in the middle of the page instead. "
                + "excludeSuspicious=true leaves out the suspicious: ranks and total are among the others only. Equal counts share a rank and are listed by id. "
                + "As JSON, or as CSV (Accept: text/csv, or format=csv) with asOf and ageSeconds in the headers X-As-Of and X-Age-Seconds. While the store is away JSON comes from memory, "
                + "without usernames, and CSV is a 503: rows could not say why there are none.")
            .Compressed()
            .Produces<LeaderboardResponse>()
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);

    private static async Task<IResult> GetAsync(
        string? limit, string? offset, string? around, string? excludeSuspicious, string? format, InfluencerLeaderboard leaderboard, Movers movers, UsernameReader usernames,
        HttpContext context)
    {
        if (!RankingParameters.TryLimit(limit, out var count, out var problem)
            || !Parameters.TryInt(offset, nameof(offset), 0, 0, MaxOffset, out var skipped, out problem)
            || !RankingParameters.TryWord(excludeSuspicious, nameof(excludeSuspicious), ["false", "true"], out var without, out problem)
            || !RankingParameters.TryFormat(context, format, out var isCsv, out problem))
            return problem;
        var state = leaderboard.State;
        if (!state.IsLoaded)
            return SummaryEndpoint.NotLoaded(state);
        if (without == 1 && !leaderboard.HasFlags)
            return Problems.Unavailable("The verdicts are not loaded yet", "Who is suspicious is not known yet, so that nobody can be left out. Ask again, or without excludeSuspicious.");
        var (page, unlisted) = string.IsNullOrEmpty(around)
            ? (leaderboard.ReadPage(skipped, count, without == 1), null)
            : ReadAround(leaderboard, around, offset, count, without == 1);
        if (page is null)
            return unlisted!;
        var (names, away) = await usernames.ReadAsync([.. page.Lines.Select(static line => line.Latest.InfluencerId)], context.RequestAborted);
        if (isCsv && away is not null)
            return UsernameReader.NoNames(away);
        var items = page.Lines.Select(line => new LeaderboardItem(
            line.Rank, line.Latest.InfluencerId, names.GetValueOrDefault(line.Latest.InfluencerId), line.Latest.FollowerCount,
            movers.ChangeOf(ChangeWindow.Day, line, page.AsOf), line.Suspicious)).ToList();
        var age = LeaderboardAge.Of(leaderboard);
        if (isCsv)
            age.AddTo(context.Response.Headers, page.AsOf);
        if (TagOf(page, items, isCsv, age, away).IsNotModified(context))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        return isCsv
            ? new CsvResult<LeaderboardItem>(Header, "leaderboard.csv", null, items.ToAsyncEnumerable(), Write)
            : TypedResults.Ok(new LeaderboardResponse(
                page.AsOf == 0 ? null : UtcText.Of(page.AsOf), page.Total, page.Offset, items, age.Seconds, away));
    }

    private static (LeaderboardPage? Page, ProblemHttpResult? Problem) ReadAround(InfluencerLeaderboard leaderboard, string around, string? offset, int limit, bool withoutSuspicious)
    {
        if (!string.IsNullOrEmpty(offset))
            return (null, Problems.BadRequest("Two places at once", "A page begins at an offset, or lies around an influencer. Leave one of offset and around out."));
        if (!Parameters.TryId(around, out var id, out var problem))
            return (null, problem);
        if (leaderboard.ReadAround(id, limit, withoutSuspicious) is { } page)
            return (page, null);
        return (null, leaderboard.Find(id) switch
        {
            null => Problems.UnknownInfluencer(id),
            { Rank: null } => Problems.NotFound("Not ranked", $"Influencer {id} is not ranked: it has no reading yet, or is not tracked."),
            _ => Problems.NotFound("Left out", $"Influencer {id} is suspicious, and excludeSuspicious leaves it out."),
        });
    }

    private static ContentTag TagOf(LeaderboardPage page, List<LeaderboardItem> items, bool isCsv, LeaderboardAge age, string? problem)
    {
        var tag = new ContentTag();
        tag.Add([isCsv ? 1 : 0, page.AsOf, page.Total, page.Offset]);
        tag.Add(problem);
        age.AddTo(ref tag);
        foreach (var item in items)
        {
            tag.Add([item.Rank, item.Id, item.FollowerCount, item.Change24h ?? long.MinValue, item.Suspicious is { } known ? (known ? 1 : 0) : -1]);
            tag.Add(item.Username);
        }
        return tag;
    }

    private static void Write(in LeaderboardItem item, IBufferWriter<byte> to)
    {
        var row = new CsvRow(to);
        row.Add((long)item.Rank);
        row.Add(item.Id);
        row.Add(item.Username);
        row.Add(item.FollowerCount);
        row.Add(item.Change24h);
        row.Add(item.Suspicious);
        row.End();
    }
}
