using InfluencerAnalytics.Configuration;

namespace InfluencerAnalytics.Host.Configuration;

/// <summary>Where the program listens.</summary>
internal sealed record ServerOptions : IValidatedOptions
{
    public static string Section => "Server";

    /// <summary>
    /// The address of the API: <c>http://</c>, an IP address, <c>localhost</c> or <c>*</c> for every network, and a port (0 takes a free one).
    /// Default <c>http://127.0.0.1:8080</c>: this machine only.
    /// </summary>
    public string Listen { get; init; } = "http://127.0.0.1:8080";

    public void Validate(OptionsErrors errors)
    {
        if (!ListenAddress.TryParse(Listen, out _, out var problem))
            errors.Add(nameof(Listen), problem);
    }
}
