using System.CommandLine;
using System.CommandLine.Parsing;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Postgres.Configuration;

namespace InfluencerAnalytics.Host.Commands.Arguments;

/// <summary>The options that every command with a configuration has.</summary>
internal sealed class HostOptionsGroup
{
    private readonly Option<DirectoryInfo?> _data = new("--data")
    {
        Description = "The data directory, made when missing. [default: ./data]",
        HelpName = "DIR",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Set any setting, such as Fetching:MaxConcurrency=64. May be given several times; 'check-config' lists the settings.",
        HelpName = "KEY=VALUE",
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<FileInfo?> _config = new("--config")
    {
        Description = "A JSON file with settings, read after appsettings.json.",
        HelpName = "FILE",
    };

    public HostOptionsGroup() => _set.Validators.Add(CheckSettings);

    public void AddTo(Command command)
    {
        command.Options.Add(_data);
        command.Options.Add(_config);
        command.Options.Add(_set);
    }

    /// <summary>What these options set. Later entries of <paramref name="more"/> with a null value are left out.</summary>
    public HostSettings Read(ParseResult result, params ReadOnlySpan<(string Key, string? Value)> more)
    {
        var overrides = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (result.GetValue(_data) is { } data)
            overrides[SettingKeys.DataDirectory] = data.FullName;
        foreach (var (key, value) in more)
        {
            if (value is not null)
                overrides[key] = value;
        }
        foreach (var text in result.GetValue(_set) ?? [])
        {
            if (HostConfiguration.TryParseSetting(text, out var setting))
                overrides[setting.Key] = setting.Value;
        }
        return new HostSettings(result.GetValue(_config)?.FullName, overrides);
    }

    private static void CheckSettings(OptionResult result)
    {
        foreach (var token in result.Tokens)
        {
            if (!HostConfiguration.TryParseSetting(token.Value, out var setting))
                result.AddError($"--set: '{token.Value}' is not Section:Key=value, such as Seeding:Interval=10s.");
            else if (ConnectionStrings.HasPassword(setting.Value))
                result.AddError($"--set: a password on the command line can be read by everybody on this machine. Give {setting.Key} by the environment ({setting.Key.Replace(":", "__", StringComparison.Ordinal)}) or a file (--config), or name a password file in it (Passfile=…).");
        }
    }
}
