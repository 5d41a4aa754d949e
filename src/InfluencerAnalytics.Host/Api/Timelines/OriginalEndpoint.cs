using System.Text.Json;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Host.Api.Timelines;

/// <summary>The endpoint that the original system had: rows of minutes, for clients written against it.</summary>
internal static class OriginalEndpoint
{
    private const int PartBytes = 64 * 1024;
    private const long MinuteMs = 60_000;

    public static void MapOriginal(this IEndpointRouteBuilder routes) =>
        routes.MapRead("/influencer_analytics/{id}", Get)
            .WithName("GetInfluencerAnalytics")
            .WithTags("Original")
            .WithSummary("Minutes of one influencer")
            .WithDescription("Rows of [timeMs, followerCount, followingCount, followerRatio], ascending; of several points in a minute the greatest of each column. "
                + "start_time and end_time are epoch seconds (fractions allowed), ISO 8601 or a span before now (-24h), both included; left out they mean the last 24 hours, up to now, "
                + "or the 24 hours before the end. Where readings are no longer kept, the rows are hours, and before those days, each with the greatest of its readings and at "
                + "its start; one that overlaps the start of the range is whole. No data is an empty list.")
            .Produces<OriginalResponse>()
            .Compressed()
            .ProducesProblem(400)
            .ProducesProblem(503);

    private static IResult Get(
        string id, string? start_time, string? end_time, IDataPointStore store, KeptHistory kept, TimeProvider timeProvider)
    {
        if (!Parameters.TryId(id, out var influencerId, out var problem))
            return problem;
        if (!Parameters.TryRange(start_time, end_time, nameof(start_time), nameof(end_time), timeProvider, out var range, out problem))
            return problem;
        return new RowsResult(influencerId, range, store, kept);
    }

    /// <summary>Reads pages of points and writes them as minutes, behind what is kept from before them. A short answer has a length and an ETag; a long one is streamed.</summary>
    private sealed class RowsResult(long id, TimeRange range, IDataPointStore store, KeptHistory kept) : IResult
    {
        private ContentTag _tag;
        private long _minute = -1;
        private long _followers;
        private long _following;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var buffer = BodyBuffer.Rent();
            try
            {
                buffer.Json.WriteStartObject();
                buffer.Json.WriteStartArray("data"u8);
                var isWhole = await WriteRowsAsync(httpContext, buffer);
                buffer.Json.WriteEndArray();
                buffer.Json.WriteBoolean("success"u8, true);
                buffer.Json.WriteEndObject();
                buffer.Json.Flush();
                if (!isWhole)
                    await buffer.SendPartAsync(httpContext);
                else if (_tag.IsNotModified(httpContext))
                    httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
                else
                    await buffer.SendAsync(httpContext, "application/json; charset=utf-8");
            }
            finally
            {
                BodyBuffer.Return(buffer);
            }
        }

        /// <returns>Whether all rows are still in the buffer.</returns>
        private async ValueTask<bool> WriteRowsAsync(HttpContext context, BodyBuffer buffer)
        {
            var isWhole = true;
            if (await WriteRollupsAsync(buffer.Json, context.RequestAborted) is not { } from)
                return isWhole;
            var isFirst = true;
            await foreach (var page in store.ReadPagesAsync(id, range with { Start = from }, context.RequestAborted))
            {
                // Sent only once there is more: an answer of one page, the usual one, has a length and an ETag.
                if (!isFirst && buffer.Bytes.WrittenCount >= PartBytes)
                {
                    if (isWhole)
                        context.Response.ContentType = "application/json; charset=utf-8";
                    isWhole = false;
                    await buffer.SendPartAsync(context);
                }
                isFirst = false;
                for (var i = 0; i < page.Count; i++)
                    Add(page[i], buffer.Json);
                buffer.Json.Flush();
            }
            WriteMinute(buffer.Json);
            return isWhole;
        }

        /// <returns>From where on the points are to be read; null when there are none.</returns>
        private async ValueTask<long?> WriteRollupsAsync(Utf8JsonWriter json, CancellationToken cancellationToken)
        {
            if ((await kept.ReadAsync(cancellationToken)).Points <= range.Start)
                return range.Start;
            // What is remembered may be a second old, and a late point may have come before what was the first one.
            var since = await store.ReadKeptSinceAsync(cancellationToken);
            if (since.Points <= range.Start)
                return range.Start;
            // Only buckets that end before the finer rows begin: nothing is shown twice.
            var pointsFrom = since.Points ?? long.MaxValue;
            var hoursFrom = Math.Min(since.Hours ?? long.MaxValue, pointsFrom);
            await WriteRollupsAsync(json, Resolution.Day, 0, hoursFrom, cancellationToken);
            await WriteRollupsAsync(json, Resolution.Hour, hoursFrom, pointsFrom, cancellationToken);
            return since.Points;
        }

        private async ValueTask WriteRollupsAsync(Utf8JsonWriter json, Resolution resolution, long from, long before, CancellationToken cancellationToken)
        {
            var start = Math.Max(from, Resolutions.Floor(resolution, range.Start));
            var end = Math.Min(range.End, Resolutions.Floor(resolution, before) - 1);
            if (start > end)
                return;
            var rollups = await store.ReadRollupsAsync(id, Resolutions.PeriodOf(resolution)!.Value, start, end, cancellationToken);
            foreach (var rollup in rollups)
                WriteRow(json, rollup.Start, rollup.Followers.Max, rollup.Following.Max);
        }

        private void Add(in DataPoint point, Utf8JsonWriter json)
        {
            var minute = point.Slot - point.Slot % MinuteMs;
            if (minute != _minute)
            {
                WriteMinute(json);
                (_minute, _followers, _following) = (minute, point.FollowerCount, point.FollowingCount);
                return;
            }
            _followers = Math.Max(_followers, point.FollowerCount);
            _following = Math.Max(_following, point.FollowingCount);
        }

        private void WriteMinute(Utf8JsonWriter json)
        {
            if (_minute >= 0)
                WriteRow(json, _minute, _followers, _following);
        }

        private void WriteRow(Utf8JsonWriter json, long time, long followers, long following)
        {
            _tag.Add(time);
            _tag.Add(followers);
            _tag.Add(following);
            json.WriteStartArray();
            json.WriteNumberValue(time);
            json.WriteNumberValue(followers);
            json.WriteNumberValue(following);
            if (DataPoint.Ratio(followers, following) is { } ratio)
                json.WriteNumberValue(ratio);
            else
                json.WriteNullValue();
            json.WriteEndArray();
        }
    }
}
