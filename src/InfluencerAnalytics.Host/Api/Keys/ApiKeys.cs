using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using InfluencerAnalytics.Host.Api.Configuration;

namespace InfluencerAnalytics.Host.Api.Keys;

/// <summary>The keys that are accepted, as hashes. Safe for concurrent use.</summary>
internal sealed class ApiKeys
{
    // A longer one is none of ours, and hashing it would only be work for whoever sends it.
    private const int MaxLength = 1024;

    private readonly List<(byte[] Hash, ApiRights Rights)> _keys = [];

    public ApiKeys(ApiOptions options, ApiKeyFile? file = null)
    {
        foreach (var key in options.Keys)
            _keys.Add((Convert.FromHexString(key.Hash), key.Rights));
        if (file is not null)
            _keys.Add((SHA256.HashData(Encoding.UTF8.GetBytes(file.Key)), ApiRights.Read | ApiRights.Write));
        Where = file is null ? "the configuration lists the keys under Api:Keys" : string.Create(CultureInfo.InvariantCulture, $"the server keeps one in the file {ApiKeyFile.FileName} of its data directory");
    }

    /// <summary>Where one finds a key, as the end of a sentence.</summary>
    public string Where { get; }

    /// <summary>What a key is known by; null for one that is longer than any.</summary>
    public static byte[]? HashOf(string key) => key.Length > MaxLength ? null : SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>What a key may do; null for one that is not known.</summary>
    public ApiRights? RightsOf(string key) => HashOf(key) is { } hash ? RightsOf(hash) : null;

    /// <summary>What the key of a hash may do; null for one that is not known.</summary>
    public ApiRights? RightsOf(byte[] hash)
    {
        ApiRights? rights = null;
        // All are compared, each in constant time: how long it takes says nothing about which was nearly right.
        foreach (var (known, knownRights) in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(known, hash))
                rights = (rights ?? ApiRights.None) | knownRights;
        }
        return rights;
    }
}
