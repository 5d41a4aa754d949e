using System.Text.Json;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Providers.Mockstagram;

/// <summary>Checks the bodies that Mockstagram answers with.</summary>
internal static class MockstagramRecord
{
    /// <summary>Reads <c>{"pk":…,"username":"…","followerCount":…,"followingCount":…}</c>; every check that fails is a reason.</summary>
    public static FetchOutcome Parse(ReadOnlySpan<byte> body, long influencerId, long retrievedAt)
    {
        var pk = -1L;
        var followers = -1L;
        var following = -1L;
        string? username = null;
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return Malformed(MissReason.MalformedBody);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("pk"u8))
                    pk = ReadInteger(ref reader);
                else if (reader.ValueTextEquals("followerCount"u8))
                    followers = ReadInteger(ref reader);
                else if (reader.ValueTextEquals("followingCount"u8))
                    following = ReadInteger(ref reader);
                else if (reader.ValueTextEquals("username"u8))
                    username = reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                else
                    reader.Skip();
                reader.Skip();
            }
            // Reads to the end, so that a body cut behind the last field does not pass.
            if (reader.TokenType != JsonTokenType.EndObject || reader.Read())
                return Malformed(MissReason.MalformedBody);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not valid UTF-8 or UTF-16.
            return Malformed(MissReason.MalformedBody);
        }
        if (pk != influencerId)
            return Malformed(MissReason.WrongInfluencer);
        if (!IsCount(followers) || !IsCount(following))
            return Malformed(MissReason.BadCount);
        return username is null
            ? Malformed(MissReason.MalformedBody)
            : FetchOutcome.Ok(followers, following, retrievedAt, Usernames.Clean(username));
    }

    /// <summary>Whether an error body says <c>{"error":{"name":"InfluencerNotFoundError"}}</c>, which Mockstagram sends with status 500.</summary>
    public static bool SaysNotFound(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 2 || !reader.ValueTextEquals("name"u8))
                    continue;
                return reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("InfluencerNotFoundError"u8);
            }
            return false;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static long ReadInteger(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) ? value : -1;

    private static bool IsCount(long count) => count is >= 0 and <= InfluencerIds.Max;

    private static FetchOutcome Malformed(MissReason reason) => FetchOutcome.Failed(FetchOutcomeKind.Malformed, reason);
}
