namespace InfluencerAnalytics.Host.Configuration;

/// <summary>
/// The sources of the configuration, the later the stronger: <c>appsettings.json</c> and <c>appsettings.{environment}.json</c> next to the
/// executable, the same two in the working directory, a file given with <c>--config</c>, the environment (<c>Seeding__Interval=10s</c>), the command line.
/// </summary>
internal static class HostConfiguration
{
    /// <param name="configuration">Its sources are replaced.</param>
    /// <param name="environment">As in <c>Production</c>.</param>
    /// <param name="configFile">Given with <c>--config</c>, or null.</param>
    /// <param name="overrides">From the command line.</param>
    public static void AddSources(
        IConfigurationBuilder configuration,
        string environment,
        string? configFile,
        IEnumerable<KeyValuePair<string, string?>> overrides)
    {
        configuration.Sources.Clear();
        var directories = new[] { AppContext.BaseDirectory, Directory.GetCurrentDirectory() };
        foreach (var directory in directories.Select(Path.TrimEndingDirectorySeparator).Distinct(StringComparer.Ordinal))
        {
            configuration.AddJsonFile(Path.Combine(directory, "appsettings.json"), optional: true, reloadOnChange: false);
            configuration.AddJsonFile(Path.Combine(directory, $"appsettings.{environment}.json"), optional: true, reloadOnChange: false);
        }
        if (configFile is not null)
            configuration.AddJsonFile(Path.GetFullPath(configFile), optional: false, reloadOnChange: false);
        configuration.AddEnvironmentVariables();
        configuration.AddInMemoryCollection(overrides);
    }

    /// <summary>Splits <c>Section:Key=value</c>; <c>Section__Key</c> is taken as well.</summary>
    public static bool TryParseSetting(string text, out KeyValuePair<string, string?> setting)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var key = equals > 0 ? text[..equals].Trim().Replace("__", ":", StringComparison.Ordinal) : "";
        setting = new(key, equals > 0 ? text[(equals + 1)..] : null);
        return key.Contains(':', StringComparison.Ordinal) && !key.StartsWith(':') && !key.EndsWith(':');
    }
}
