using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Roster;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InfluencerAnalytics.Host.Api.Influencers;

/// <summary>A place in the roster as a text for clients: the id, and in a search by username, behind a point, the name in Base64url.</summary>
internal static class RosterCursor
{
    // A username has at most 256 characters, of four bytes each.
    private const int MaxNameBytes = 1024;

    public static string? Write(RosterPlace? place) => place is not { } at ? null
        : at.Name.Length == 0 ? at.InfluencerId.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{at.InfluencerId}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(at.Name))}");

    /// <param name="text">As it stands in the query; null or empty for the beginning.</param>
    /// <param name="prefix">Of the usernames searched for, folded; null in a search by id. A cursor of another search is none.</param>
    public static bool TryRead(string? text, string? prefix, out RosterPlace place, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        (place, problem) = (default, null);
        if (string.IsNullOrEmpty(text))
            return true;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (InfluencerIds.TryParse(point < 0 ? text : text[..point], out var id) && TryName(point < 0 ? "" : text[(point + 1)..], out var name)
            && (prefix is null ? point < 0 : point >= 0 && name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            place = new RosterPlace(name, id);
            return true;
        }
        problem = Problems.BadRequest("Bad cursor",
            $"'{Parameters.Shown(text)}' is not a cursor of this search. Send the nextCursor of the page before with the same query, or none for the first.");
        return false;
    }

    private static bool TryName(string text, out string name)
    {
        name = "";
        var bytes = new byte[MaxNameBytes];
        if (text.Length > MaxNameBytes || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length))
            return false;
        name = Encoding.UTF8.GetString(bytes, 0, length);
        // No store has a name with a zero in it, and PostgreSQL does not even take one to compare with.
        return Utf8.IsValid(bytes.AsSpan(0, length)) && !name.Contains('\0', StringComparison.Ordinal);
    }
}
