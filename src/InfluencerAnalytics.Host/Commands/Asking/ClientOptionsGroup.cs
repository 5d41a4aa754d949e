using System.CommandLine;
using InfluencerAnalytics.Host.Commands.Arguments;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Processes;

namespace InfluencerAnalytics.Host.Commands.Asking;

/// <summary>The options by which a command finds a running <c>up</c>.</summary>
internal sealed class ClientOptionsGroup
{
    private readonly Option<Uri?> _url = new("--url")
    {
        Description = "Where 'up' listens. [default: what the data directory says, else http://127.0.0.1:8080]",
        HelpName = "URL",
        CustomParser = argument =>
        {
            if (Uri.TryCreate(argument.Tokens[0].Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
                return new Uri(uri.GetLeftPart(UriPartial.Authority));
            argument.AddError($"--url: '{argument.Tokens[0].Value}' is not an address such as http://127.0.0.1:8080.");
            return null;
        },
    };

    private readonly HostOptionsGroup _host = new();

    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        _host.AddTo(command);
    }

    public HostSettings Settings(ParseResult result) => _host.Read(result);

    /// <summary>The process that serves the data directory.</summary>
    public RunningServer Connect(ParseResult result)
    {
        var settings = Settings(result);
        var configuration = new ConfigurationBuilder();
        HostConfiguration.AddSources(configuration, Environments.Production, settings.ConfigFile, settings.Overrides);
        var root = configuration.Build();
        var directory = DataDirectoryPath.Of(root);
        var key = KeyToSend.Find(directory);
        return result.GetValue(_url) is { } named
            ? new RunningServer(named, isNamed: true, key)
            : new RunningServer(RunningFile.Read(directory) ?? Configured(root), isNamed: false, key);
    }

    private static Uri Configured(IConfiguration configuration) =>
        ListenAddress.TryParse(configuration[SettingKeys.Listen] ?? new ServerOptions().Listen, out var listen, out _) ? listen.Local : new Uri(new ServerOptions().Listen);
}
