using System.CommandLine;
using System.Globalization;
using InfluencerAnalytics.Host.Commands.Arguments;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using Mockstagram.Simulator.Parsing;

namespace InfluencerAnalytics.Host.Commands.Hosting;

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
        var interval = HostingOptions.Duration("--interval", "How often each is fetched: 10s, 1m, 00:01:00; whole seconds from 1s to 1h. [default: 60s in a fresh data directory, else as it was]", HostingOptions.CheckInterval);
        var provider = HostingOptions.Provider("The provider's address, such as http://10.0.0.7:3000. [default: a simulator is started beside]");
        var accept = HostingOptions.AcceptProvider();
        var listen = HostingOptions.Listen();
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
}
