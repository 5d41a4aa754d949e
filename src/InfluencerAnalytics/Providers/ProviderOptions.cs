using InfluencerAnalytics.Configuration;

namespace InfluencerAnalytics.Providers;

/// <summary>Where the provider is and how long it may take.</summary>
public sealed record ProviderOptions : IValidatedOptions
{
    public static string Section => "Provider";

    /// <summary>The provider's root, <c>http</c> or <c>https</c>; its paths begin below it. Default <c>http://127.0.0.1:3000</c>, Mockstagram's own.</summary>
    public Uri BaseAddress { get; init; } = new("http://127.0.0.1:3000");

    /// <summary>
    /// Whether to go on with this provider on data that hold readings of another. Default false: that is refused, since the two cannot be told apart
    /// afterwards. Looked at once, when the process starts.
    /// </summary>
    public bool Accept { get; init; }

    /// <summary>
    /// For one request, from connecting to the last byte, at most. Default 5 s; 100 ms to 60 s. The limit in force is twice what slow answers take,
    /// from 1 s up to this, so that a request that hangs does not hold its place for long.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest body that is read, in bytes. Default 65,536; 1,024 to 1,048,576. A record takes about 100.</summary>
    public int MaxBodyBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// How long an unused connection is kept. Default 4 s; 1 s to 10 min. Mockstagram closes idle connections after 5 s,
    /// and one that both sides give up at once costs a failed request.
    /// </summary>
    public TimeSpan IdleConnectionTimeout { get; init; } = TimeSpan.FromSeconds(4);

    public void Validate(OptionsErrors errors)
    {
        if (!BaseAddress.IsAbsoluteUri || (BaseAddress.Scheme != Uri.UriSchemeHttp && BaseAddress.Scheme != Uri.UriSchemeHttps))
            errors.Add(nameof(BaseAddress), $"'{BaseAddress}' is not an absolute http or https address.");
        errors.Range(nameof(RequestTimeout), RequestTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(60));
        errors.Range(nameof(MaxBodyBytes), MaxBodyBytes, 1024, 1024 * 1024);
        errors.Range(nameof(IdleConnectionTimeout), IdleConnectionTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
    }
}
