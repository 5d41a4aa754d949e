using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Influencers;
using Mockstagram.Simulator.Parsing;

namespace InfluencerAnalytics.Host.Commands;

/// <summary><c>up</c>: everything in one process.</summary>
internal static class UpCommand
{
    private const string Notes =
        """
        A fresh data directory begins with 10,000 influencers, ids from 1000000 on, every 60 s. An existing one goes on as it was;
        given another --influencers or --interval it changes to that, and says so. Influencers added by 'seed' or over the API stay in
        any case. Another provider than the one whose readings the data are is refused, unless --accept-provider is given.

        Examples:
          influencer-analytics up
          influencer-analytics up --influencers 100000 --interval 10s
          influencer-analytics up --provider http://10.0.0.7:3000 --listen http://*:8080 --data /var/lib/influencers

        Ctrl-C stops within 10 s and loses nothing; a second one stops at once.

        """ + ExitCodes.Help;

    public static Command Create()
    {
        var host = new HostOptionsGroup();
        var influencers = new Option<int?>("--influencers")
        {
            Description = "How many influencers to track, ids from 1000000 on. [default: 10000 in a fresh data directory, else as it was]",
            HelpName = "N",
            CustomParser = argument => WholeNumber.Read<int>(argument, "--influencers"),
        };
        var interval = DurationOption("--interval", "How often each is fetched: 10s, 1m, 00:01:00; whole seconds from 1s to 1h. [default: 60s in a fresh data directory, else as it was]", CheckInterval);
        var provider = ProviderOption("The provider's address, such as http://10.0.0.7:3000. [default: a simulator is started beside]");
        var accept = AcceptProviderOption();
        var listen = ListenOption();
        var acceptLoss = new Option<bool>("--accept-loss") { Description = "Open a data directory whose log is damaged, this once, without what cannot be read; a copy is kept." };
        var dropFuture = new Option<bool>("--drop-future") { Description = "Drop readings that lie in the future, this once: what a clock that was ahead has left. Set the clock right first." };
        var noLive = new Option<bool>("--no-live") { Description = "Log lines instead of the live status, as without a terminal." };

        var command = new DocumentedCommand("up", "Run everything in one process: seed, fetch, store and serve. The place to begin.", Notes)
        {
            influencers, interval, provider, accept, listen,
        };
        host.AddTo(command);
        command.Options.Add(acceptLoss);
        command.Options.Add(dropFuture);
        command.Options.Add(noLive);
        command.SetAction((result, cancellationToken) =>
        {
            var settings = host.Read(
                result,
                (SettingKeys.Influencers, result.GetValue(influencers)?.ToString(CultureInfo.InvariantCulture)),
                (SettingKeys.Interval, result.GetValue(interval)?.ToString("c", CultureInfo.InvariantCulture)),
                (SettingKeys.Provider, result.GetValue(provider)?.ToString()),
                (SettingKeys.AcceptProvider, result.GetValue(accept) ? "true" : null),
                (SettingKeys.Listen, result.GetValue(listen)),
                (SettingKeys.AcceptLoss, result.GetValue(acceptLoss) ? "true" : null),
                (SettingKeys.DropFuture, result.GetValue(dropFuture) ? "true" : null));
            return new UpRunner(settings, live: !result.GetValue(noLive) && !Console.IsOutputRedirected).RunAsync(
                result.InvocationConfiguration.Output, result.InvocationConfiguration.Error, cancellationToken);
        });
        return command;
    }

    public static Option<string?> ListenOption() => new("--listen")
    {
        Description = "Where the API listens; http://*:8080 lets other machines in, port 0 takes a free one. [default: http://127.0.0.1:8080]",
        HelpName = "URL",
    };

    public static Option<Uri?> ProviderOption(string description) => new("--provider")
    {
        Description = description,
        HelpName = "URL",
        CustomParser = ReadAddress,
    };

    public static Option<bool> AcceptProviderOption() => new("--accept-provider")
    {
        Description = "Go on with this provider on data that hold readings of another.",
    };

    /// <param name="check">What is wrong with a time span, or null.</param>
    public static Option<TimeSpan?> DurationOption(string name, string description, Func<TimeSpan, string?> check) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = argument =>
        {
            var text = argument.Tokens[0].Value;
            var problem = DurationText.TryParse(text, out var value) ? check(value) : $"is not {DurationText.Forms}.";
            if (problem is null)
                return value;
            argument.AddError($"{name}: '{text}' {problem}");
            return null;
        },
    };

    public static string? CheckInterval(TimeSpan value) => SlotGrid.IsValidInterval(value) ? null : "is not a whole number of seconds from 1s to 1h.";

    private static Uri? ReadAddress(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps))
            return uri;
        argument.AddError($"--provider: '{text}' is not an address such as http://10.0.0.7:3000.");
        return null;
    }
}
