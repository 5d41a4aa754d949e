using System.Text.Json;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Ranks;

namespace InfluencerAnalytics.Host.Api.Timelines;

/// <summary>A timeline as JSON, in columns. It returns the columns to their pool.</summary>
internal sealed class TimelineResult(long id, TimeRange range, Resolution resolution, long? availableFrom, TimelineColumns columns) : IResult
{
    private static readonly JsonEncodedText Id = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText ResolutionName = JsonEncodedText.Encode("resolution");
    private static readonly JsonEncodedText Start = JsonEncodedText.Encode("start");
    private static readonly JsonEncodedText End = JsonEncodedText.Encode("end");
    private static readonly JsonEncodedText AvailableFrom = JsonEncodedText.Encode("availableFrom");
    private static readonly JsonEncodedText Time = JsonEncodedText.Encode("time");
    private static readonly JsonEncodedText FollowerCount = JsonEncodedText.Encode("followerCount");
    private static readonly JsonEncodedText FollowingCount = JsonEncodedText.Encode("followingCount");
    private static readonly JsonEncodedText FollowerRatio = JsonEncodedText.Encode("followerRatio");
    private static readonly JsonEncodedText FollowerMin = JsonEncodedText.Encode("followerMin");
    private static readonly JsonEncodedText FollowerMax = JsonEncodedText.Encode("followerMax");
    private static readonly JsonEncodedText Rank = JsonEncodedText.Encode("rank");
    private static readonly JsonEncodedText RankOf = JsonEncodedText.Encode("rankOf");

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var buffer = BodyBuffer.Rent();
        try
        {
            httpContext.Response.Headers.Vary = "Accept";
            if (Tag().IsNotModified(httpContext))
            {
                httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
            Write(buffer.Json);
            await buffer.SendAsync(httpContext, "application/json; charset=utf-8");
        }
        finally
        {
            BodyBuffer.Return(buffer);
            TimelineColumns.Return(columns);
        }
    }

    private ContentTag Tag()
    {
        var tag = new ContentTag();
        tag.Add((long)resolution);
        tag.Add(availableFrom ?? -1);
        tag.Add(columns.Times);
        tag.Add(columns.Followers);
        tag.Add(columns.Following);
        tag.Add(columns.FollowerMins);
        tag.Add(columns.FollowerMaxs);
        foreach (var rank in columns.Ranks)
            tag.Add([rank.Day, rank.Rank, rank.RankOf]);
        return tag;
    }

    private void Write(Utf8JsonWriter json)
    {
        Span<byte> time = stackalloc byte[UtcText.MaxLength];
        json.WriteStartObject();
        json.WriteNumber(Id, id);
        json.WriteString(ResolutionName, Resolutions.NameOf(resolution));
        json.WriteString(Start, time[..UtcText.Write(range.Start, time)]);
        json.WriteString(End, time[..UtcText.Write(range.End, time)]);
        if (availableFrom is { } from)
            json.WriteString(AvailableFrom, time[..UtcText.Write(from, time)]);
        else
            json.WriteNull(AvailableFrom);
        WriteColumn(json, Time, columns.Times);
        WriteColumn(json, FollowerCount, columns.Followers);
        WriteColumn(json, FollowingCount, columns.Following);
        WriteRatios(json);
        if (resolution != Resolution.Raw)
        {
            WriteColumn(json, FollowerMin, columns.FollowerMins);
            WriteColumn(json, FollowerMax, columns.FollowerMaxs);
        }
        if (resolution == Resolution.Day)
        {
            WriteRanks(json, Rank, static rank => rank.Rank);
            WriteRanks(json, RankOf, static rank => rank.RankOf);
        }
        json.WriteEndObject();
        json.Flush();
    }

    // Of each day that has a row; null where its rank is not known.
    private void WriteRanks(Utf8JsonWriter json, JsonEncodedText name, Func<DayRank, int> value)
    {
        json.WriteStartArray(name);
        var next = 0;
        foreach (var day in columns.Times)
        {
            while (next < columns.Ranks.Count && columns.Ranks[next].Day < day)
                next++;
            if (next < columns.Ranks.Count && columns.Ranks[next].Day == day)
                json.WriteNumberValue(value(columns.Ranks[next]));
            else
                json.WriteNullValue();
        }
        json.WriteEndArray();
    }

    private void WriteRatios(Utf8JsonWriter json)
    {
        json.WriteStartArray(FollowerRatio);
        for (var i = 0; i < columns.Count; i++)
        {
            if (DataPoint.Ratio(columns.Followers[i], columns.Following[i]) is { } ratio)
                json.WriteNumberValue(ratio);
            else
                json.WriteNullValue();
        }
        json.WriteEndArray();
    }

    private static void WriteColumn(Utf8JsonWriter json, JsonEncodedText name, ReadOnlySpan<long> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
