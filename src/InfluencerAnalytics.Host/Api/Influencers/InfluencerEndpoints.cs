using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Timelines;
using InfluencerAnalytics.Leaderboard;

namespace InfluencerAnalytics.Host.Api.Influencers;

/// <summary>What there is to read of one influencer.</summary>
internal static class InfluencerEndpoints
{
    public static void MapInfluencers(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/influencers/{id}").WithTags("Influencers").ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);
        group.MapRead("", GetAsync)
            .WithName("GetInfluencer")
            .WithSummary("One influencer now")
            .Produces<InfluencerResponse>();
        group.MapRead("/timeline", GetTimelineAsync)
            .WithName("GetTimeline")
            .WithSummary("Its counts over time")
            .WithDescription("In columns of equal length, or as CSV (Accept: text/csv, or format=csv). start and end are ISO 8601 or epoch seconds, both included; left "
                + "out they mean the last 24 hours, up to now, or the 24 hours before the end. resolution is auto (the finest that stays within 1,500 points "
                + "and reaches back as far as the data), raw, 1m, 5m, 1h or 1d. availableFrom (in CSV the header X-Available-From) says from when on the resolution "
                + "is kept; a coarser one may reach further back.")
            .Produces<TimelineResponse>()
            .Compressed();
        group.MapRead("/rank", GetRank)
            .WithName("GetRank")
            .WithSummary("Its rank among all by followers")
            .Produces<RankResponse>();
    }

    private static async Task<IResult> GetAsync(string id, InfluencerReader reader, HttpContext context)
    {
        if (!Parameters.TryId(id, out var influencerId, out var problem))
            return problem;
        if (await reader.ReadAsync(influencerId, context.RequestAborted) is not { } influencer)
            return Problems.UnknownInfluencer(influencerId);
        var tag = new ContentTag();
        tag.Add(influencer.Slot);
        tag.Add(influencer.Status);
        tag.Add(influencer.Username);
        tag.Add(influencer.FollowerCount ?? -1);
        tag.Add(influencer.FollowingCount ?? -1);
        tag.Add(influencer.Rank ?? -1);
        tag.Add(influencer.RankOf ?? -1);
        tag.Add(influencer.Change.Hour ?? long.MinValue);
        tag.Add(influencer.Change.Day ?? long.MinValue);
        tag.Add(influencer.Change.Week ?? long.MinValue);
        tag.Add(influencer.Problem);
        return tag.IsNotModified(context) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(influencer);
    }

    private static async Task<IResult> GetTimelineAsync(
        string id, string? start, string? end, string? resolution, string? format,
        TimelineReader timelines, KeptHistory kept, CsvSource csv, InfluencerReader influencers, ApiOptions options, TimeProvider timeProvider, HttpContext context)
    {
        if (!Parameters.TryId(id, out var influencerId, out var problem)
            || !Parameters.TryRange(start, end, nameof(start), nameof(end), timeProvider, out var range, out problem)
            || !Resolutions.TryParse(resolution, Resolution.Auto, allowAuto: true, out var wanted, out problem))
            return problem;
        if (!string.IsNullOrEmpty(format) && format is not ("csv" or "json"))
            return Problems.BadRequest("Bad format", $"'{Parameters.Shown(format)}' is not a format here. It is json or csv.");

        var isCsv = CsvAnswers.IsWanted(context, format);
        if (isCsv && wanted != Resolution.Auto)
        {
            return await influencers.IsKnownAsync(influencerId, context.RequestAborted)
                ? CsvAnswers.Of(csv, influencerId, range, wanted, await kept.AvailableFromAsync(wanted, context.RequestAborted), context.RequestAborted)
                : Problems.UnknownInfluencer(influencerId);
        }

        var columns = TimelineColumns.Rent();
        if (await timelines.ReadAsync(influencerId, range, wanted, columns, context.RequestAborted) is not { } read)
        {
            TimelineColumns.Return(columns);
            return Problems.BadRequest("Range too long",
                $"The range holds more than {options.MaxTimelinePoints} points at {Resolutions.NameOf(wanted)}. Take a shorter one, a coarser resolution, "
                + "auto, or CSV (format=csv), which has no limit.");
        }
        if (columns.Count == 0 && !await influencers.IsKnownAsync(influencerId, context.RequestAborted))
        {
            TimelineColumns.Return(columns);
            return Problems.UnknownInfluencer(influencerId);
        }
        var availableFrom = await kept.AvailableFromAsync(read, context.RequestAborted);
        if (!isCsv)
            return new TimelineResult(influencerId, range, read, availableFrom, columns);
        TimelineColumns.Return(columns);
        return CsvAnswers.Of(csv, influencerId, range, read, availableFrom, context.RequestAborted);
    }

    private static IResult GetRank(string id, InfluencerLeaderboard leaderboard)
    {
        if (!Parameters.TryId(id, out var influencerId, out var problem))
            return problem;
        var state = leaderboard.State;
        if (!state.IsLoaded)
            return SummaryEndpoint.NotLoaded(state);
        if (leaderboard.Find(influencerId) is not { } standing)
            return Problems.UnknownInfluencer(influencerId);
        return TypedResults.Ok(new RankResponse(
            influencerId, standing.Rank, standing.RankOf, standing.Rank is null ? null : standing.Latest.FollowerCount,
            standing.AsOf == 0 ? null : Iso.Format(standing.AsOf), Math.Round(leaderboard.Age.TotalSeconds, 1)));
    }
}
