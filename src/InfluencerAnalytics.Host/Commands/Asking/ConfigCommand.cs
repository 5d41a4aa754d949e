using System.CommandLine;
using InfluencerAnalytics.Host.Commands.Arguments;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Pipeline.Roster;

namespace InfluencerAnalytics.Host.Commands.Asking;

/// <summary><c>config</c>: what the deployment agreed on.</summary>
internal static class ConfigCommand
{
    private const string Notes =
        """
        Interval, shard size and provider belong to the data, so that no two processes can disagree about them. The configuration of
        a process sets them for data that have none yet; afterwards 'config set' changes them ('up' with other values does, too).

        Another interval or shard size is seeded within seconds. Another provider stops every fetcher that is configured for the one
        before: restart it with the new one.

        It asks a running 'up' over HTTP; when none runs on the data directory, it works on the directory itself
        (never with --url).

        Examples:
          influencer-analytics config show
          influencer-analytics config set interval=10s
          influencer-analytics config set shard-size=1000 provider=http://10.0.0.7:3000

        """ + ExitCodes.Help;

    public static Command Create() =>
        new DocumentedCommand("config", "Show or change what the deployment agreed on: interval, shard size, provider.", Notes) { CreateShow(), CreateSet() };

    private static DocumentedCommand CreateShow()
    {
        var client = new ClientOptionsGroup();
        var command = new DocumentedCommand("show", "Show what is agreed.", "Example:\n  influencer-analytics config show");
        client.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            using var server = client.Connect(result);
            var agreement = await new AgreementAccess(server, client.Settings(result), result.InvocationConfiguration.Error).ReadAsync(cancellationToken);
            foreach (var line in AgreementText.Lines(agreement))
                await result.InvocationConfiguration.Output.WriteLineAsync(line);
            return ExitCodes.Success;
        });
        return command;
    }

    private static DocumentedCommand CreateSet()
    {
        var client = new ClientOptionsGroup();
        var settings = new Argument<string[]>("NAME=VALUE") { Description = $"What to change: {AgreementText.Forms}.", Arity = ArgumentArity.OneOrMore };
        var command = new DocumentedCommand("set", "Change what is agreed, and say what it was.", "Example:\n  influencer-analytics config set interval=10s") { settings };
        client.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            if (!AgreementText.TryParse(result.GetRequiredValue(settings), out var change, out var problems))
                throw new CommandFailedException(ExitCodes.InvalidInput, $"Nothing was changed. {string.Join(' ', problems)}");
            using var server = client.Connect(result);
            await ChangeAsync(new AgreementAccess(server, client.Settings(result), result.InvocationConfiguration.Error), change, result.InvocationConfiguration.Output, cancellationToken);
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>Changes what is agreed and says what it was.</summary>
    internal static async Task ChangeAsync(AgreementAccess access, DeploymentAgreement change, TextWriter output, CancellationToken cancellationToken)
    {
        var lines = AgreementText.Changes(await access.ChangeAsync(change, cancellationToken), change).DefaultIfEmpty("Nothing changed: that is agreed already.");
        foreach (var line in lines)
            await output.WriteLineAsync(line);
    }
}
