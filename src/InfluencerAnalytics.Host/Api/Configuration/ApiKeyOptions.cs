using InfluencerAnalytics.Configuration;

namespace InfluencerAnalytics.Host.Api.Configuration;

/// <summary>One configured key.</summary>
public sealed record ApiKeyOptions
{
    /// <summary>Whose it is; for people and logs. Required.</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// SHA-256 of the key in hexadecimal (<c>printf %s "$KEY" | sha256sum</c>). Required. Let a key be at least 32 random characters
    /// (<c>openssl rand -hex 32</c>): no slow hash is needed then, since nobody can try them all.
    /// </summary>
    public string Hash { get; init; } = "";

    /// <summary><c>Read</c>, <c>Write</c>, or both with a comma. Default <c>Read</c>.</summary>
    public ApiRights Rights { get; init; } = ApiRights.Read;

    internal void Validate(string key, OptionsErrors errors)
    {
        if (string.IsNullOrWhiteSpace(Name))
            errors.Add($"{key}:{nameof(Name)}", "is missing; it says whose key this is.");
        if (Hash.Length != 64 || !Hash.All(char.IsAsciiHexDigit))
            errors.Add($"{key}:{nameof(Hash)}", "is not a SHA-256 hash: 64 hexadecimal digits.");
        if (Rights == ApiRights.None || (Rights & ~(ApiRights.Read | ApiRights.Write)) != 0)
            errors.Add($"{key}:{nameof(Rights)}", "is not Read, Write, or both with a comma.");
    }
}
