namespace InfluencerAnalytics.Influencers;

/// <summary>What a username may be once it is ours: at most 256 characters, none of them a control character.</summary>
public static class Usernames
{
    public const int MaxLength = 256;

    /// <summary>Drops control characters and cuts at <see cref="MaxLength"/>, never within a surrogate pair.</summary>
    public static string Clean(string username)
    {
        if (username.Length <= MaxLength && !username.AsSpan().ContainsAnyInRange('\0', '\u001f') && !username.AsSpan().ContainsAnyInRange('\u007f', '\u009f'))
            return username;
        var kept = string.Concat(username.Where(character => !char.IsControl(character)));
        if (kept.Length <= MaxLength)
            return kept;
        return kept[..(char.IsHighSurrogate(kept[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];
    }

    /// <summary>As they are compared: without the difference of upper and lower case.</summary>
    public static string Fold(string username) => username.ToLowerInvariant();
}
