namespace InfluencerAnalytics.Host.Configuration;

/// <summary>What a command says about the host that it wants.</summary>
/// <param name="ConfigFile">Given with <c>--config</c>, or null.</param>
/// <param name="Overrides">Configuration keys set on the command line.</param>
internal sealed record HostSettings(string? ConfigFile, IReadOnlyDictionary<string, string?> Overrides);
