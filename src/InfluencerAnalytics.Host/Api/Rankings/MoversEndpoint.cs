using System.Buffers;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Influencers;
using InfluencerAnalytics.Host.Api.Timelines;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Leaderboard.Changes;

namespace InfluencerAnalytics.Host.Api.Rankings;

/// <summary>Who gained and lost most, from memory.</summary>
internal static class MoversEndpoint
{
    private const string Header = "id,username,followerCount,followerCountBefore,change,relativeChange,suspicious\r\n";

    private static readonly string[] WindowNames = ["24h", "1h", "7d"];
    private static readonly ChangeWindow[] Windows = [ChangeWindow.Day, ChangeWindow.Hour, ChangeWindow.Week];
    private static readonly string[] Directions = ["up", "down"];
    private static readonly string[] Measures = ["absolute", "relative"];

    public static void MapMovers(this IEndpointRouteBuilder routes) =>
        routes.MapRead("/api/v1/movers", GetAsync)
            .WithName("GetMovers")
            .WithTags("Rankings")
            .WithSummary("Who gained or lost most followers")
            .WithDescription("window is 1h, 24h (when left out) or 7d, direction up (when left out) or down, by absolute (when left out) or relative, limit from 1 to 1,000 (100 when "
                + "left out). since and asOf say what is compared: the window begins up to an hour earlier than its name says, where readings of all are at hand. Influencers that "
                + "were not read within a tenth of the window before either end are left out and counted in leftOut. Who had no followers has no relative change. "
                + "A 503 says why there is nothing to compare with, and Retry-After how long it takes until there can be something: a day and more where readings have just begun. "
                + "As JSON, or as CSV (Accept: text/csv, or format=csv) with asOf and ageSeconds in the headers X-As-Of and X-Age-Seconds. While the store is away JSON comes from "
                + "memory, without usernames, and CSV is a 503.")
            .Compressed()
            .Produces<MoversResponse>()
            .ProducesProblem(400).ProducesProblem(503);

    private static async Task<IResult> GetAsync(
        string? window, string? direction, string? by, string? limit, string? format, InfluencerLeaderboard leaderboard, Movers movers, UsernameReader usernames, HttpContext context)
    {
        if (!RankingParameters.TryWord(window, nameof(window), WindowNames, out var over, out var problem)
            || !RankingParameters.TryWord(direction, nameof(direction), Directions, out var towards, out problem)
            || !RankingParameters.TryWord(by, nameof(by), Measures, out var measure, out problem)
            || !RankingParameters.TryLimit(limit, out var count, out problem)
            || !RankingParameters.TryFormat(context, format, out var isCsv, out problem))
            return problem;
        var state = leaderboard.State;
        if (!state.IsLoaded)
            return SummaryEndpoint.NotLoaded(state);
        var (lists, missing, wait) = movers.Read(Windows[over]);
        if (lists is null)
            return NothingToCompare(WindowNames[over], missing, wait);
        var list = (towards, measure) switch
        {
            (0, 0) => lists.Up,
            (0, _) => lists.RelativeUp,
            (_, 0) => lists.Down,
            _ => lists.RelativeDown,
        };
        var shown = list.Take(count).ToList();
        var (names, away) = await usernames.ReadAsync([.. shown.Select(static mover => mover.InfluencerId)], context.RequestAborted);
        if (isCsv && away is not null)
            return UsernameReader.NoNames(away);
        var age = LeaderboardAge.Of(leaderboard);
        if (isCsv)
            age.AddTo(context.Response.Headers, lists.AsOf);
        var answer = new MoversResponse(
            WindowNames[over], Directions[towards], Measures[measure], UtcText.Of(lists.Since), UtcText.Of(lists.AsOf), lists.Compared, lists.LeftOut,
            [.. shown.Select(mover => Respond(mover, names))], age.Seconds, away);
        if (TagOf(answer, isCsv, age).IsNotModified(context))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        return isCsv
            ? new CsvResult<MoverItem>(Header, $"movers-{answer.Window}-{answer.Direction}.csv", null, answer.Items.ToAsyncEnumerable(), Write)
            : TypedResults.Ok(answer);
    }

    // A young deployment has nothing of a day ago for a day: to ask every few seconds is in vain, and the client is told so.
    private static IResult NothingToCompare(string window, string? missing, TimeSpan? wait)
    {
        var seconds = Math.Max(Problems.RetryAfterSeconds, (int)Math.Ceiling(wait?.TotalSeconds ?? 0));
        return Problems.TryLater(StatusCodes.Status503ServiceUnavailable, "Nothing to compare with", $"The follower counts of {window} ago are not there. {missing}", seconds);
    }

    private static MoverItem Respond(in Mover mover, IReadOnlyDictionary<long, string> names) => new(
        mover.InfluencerId, names.GetValueOrDefault(mover.InfluencerId), mover.Followers, mover.Before, mover.Change, mover.RelativeChange, mover.Suspicious);

    private static ContentTag TagOf(MoversResponse answer, bool isCsv, LeaderboardAge age)
    {
        var tag = new ContentTag();
        tag.Add([isCsv ? 1 : 0, answer.Compared, answer.LeftOut]);
        age.AddTo(ref tag);
        foreach (var text in (string?[])[answer.Window, answer.Direction, answer.By, answer.Since, answer.AsOf, answer.Problem])
            tag.Add(text);
        foreach (var item in answer.Items)
        {
            tag.Add([item.Id, item.FollowerCount, item.FollowerCountBefore, item.Suspicious is { } known ? (known ? 1 : 0) : -1]);
            tag.Add(item.Username);
        }
        return tag;
    }

    private static void Write(in MoverItem item, IBufferWriter<byte> to)
    {
        var row = new CsvRow(to);
        row.Add(item.Id);
        row.Add(item.Username);
        row.Add(item.FollowerCount);
        row.Add(item.FollowerCountBefore);
        row.Add(item.Change);
        row.Add(item.RelativeChange);
        row.Add(item.Suspicious);
        row.End();
    }
}
