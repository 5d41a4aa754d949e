using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Mockstagram.Simulator.Walks;

namespace Mockstagram.Simulator.Http;

/// <summary>Writes whole answers straight into the connection's buffer.</summary>
internal static class Answers
{
    /// <summary>More than any answer about an account takes: three numbers of at most 20 characters, a pk twice, and the names.</summary>
    public const int LongestReading = 256;

    public static readonly StringValues JsonType = "application/json; charset=utf-8";

    public static ReadOnlySpan<byte> NotFound => """{"error":{"name":"InfluencerNotFoundError"}}"""u8;

    public static void WriteReading(IFeatureCollection features, long pk, AccountNumbers numbers)
    {
        var writer = features.Get<IHttpResponseBodyFeature>()!.Writer;
        var length = Format(writer.GetSpan(LongestReading), pk, numbers);
        SetJson(features, length);
        writer.Advance(length);
    }

    public static void Write(IFeatureCollection features, int status, ReadOnlySpan<byte> json)
    {
        var writer = features.Get<IHttpResponseBodyFeature>()!.Writer;
        json.CopyTo(writer.GetSpan(json.Length));
        features.Get<IHttpResponseFeature>()!.StatusCode = status;
        SetJson(features, json.Length);
        writer.Advance(json.Length);
    }

    public static void SetJson(IFeatureCollection features, long length)
    {
        var headers = features.Get<IHttpResponseFeature>()!.Headers;
        headers.ContentType = JsonType;
        headers.ContentLength = length;
    }

    /// <summary>Writes the JSON of a reading and returns its length.</summary>
    public static int Format(Span<byte> target, long pk, AccountNumbers numbers)
    {
        var length = Append(target, 0, """{"pk":"""u8);
        length = Append(target, length, pk);
        length = Append(target, length, ",\"username\":\"influencer-"u8);
        length = Append(target, length, pk);
        length = Append(target, length, "\",\"followerCount\":"u8);
        length = Append(target, length, numbers.Followers);
        length = Append(target, length, ",\"followingCount\":"u8);
        length = Append(target, length, numbers.Following);
        return Append(target, length, "}"u8);
    }

    private static int Append(Span<byte> target, int length, ReadOnlySpan<byte> text)
    {
        text.CopyTo(target[length..]);
        return length + text.Length;
    }

    private static int Append(Span<byte> target, int length, long number)
    {
        number.TryFormat(target[length..], out var written, default, CultureInfo.InvariantCulture);
        return length + written;
    }
}
