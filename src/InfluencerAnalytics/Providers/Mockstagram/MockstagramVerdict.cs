using System.Text.Json;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Providers.Mockstagram;

/// <summary>Checks the bodies with which Mockstagram answers whether an account is suspicious.</summary>
internal static class MockstagramVerdict
{
    /// <summary>Reads <c>{"pk":…,"suspicious":true}</c>; every check that fails is a reason.</summary>
    public static SuspicionOutcome Parse(ReadOnlySpan<byte> body, long influencerId, long checkedAt)
    {
        var pk = -1L;
        bool? isSuspicious = null;
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return Malformed(MissReason.MalformedBody);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("pk"u8))
                    pk = reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) ? value : -1;
                else if (reader.ValueTextEquals("suspicious"u8))
                    isSuspicious = reader.Read() && reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.GetBoolean() : null;
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
        return isSuspicious is { } verdict ? SuspicionOutcome.Ok(verdict, checkedAt) : Malformed(MissReason.MalformedBody);
    }

    private static SuspicionOutcome Malformed(MissReason reason) => SuspicionOutcome.Failed(FetchOutcomeKind.Malformed, reason);
}
