using System.CommandLine;
using InfluencerAnalytics.Host.Commands.Arguments;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Roles;

namespace InfluencerAnalytics.Host.Commands;

/// <summary><c>check-config</c>: validates as a start does, without starting.</summary>
internal static class CheckConfigCommand
{
    private const string Notes =
        """
        Reads the same sources as 'up', checks everything and shows each setting with its value and where it comes from. Some settings
        go together for 'up' and not for a role that runs alone: name its command to have them checked for that one.

        Examples:
          influencer-analytics check-config
          influencer-analytics check-config fetch --config production.json
          Seeding__Interval=10s influencer-analytics check-config --set Fetching:MaxConcurrency=64

        """ + ExitCodes.Help;

    public static Command Create()
    {
        var host = new HostOptionsGroup();
        var start = new Argument<string?>("COMMAND")
        {
            Description = "For which start: up, seeder, fetch, ingest or serve. [default: up, and which of the others it is not for]",
            Arity = ArgumentArity.ZeroOrOne,
        }.AcceptOnlyFromAmong([.. HostedRole.All.Select(role => role.Command)]);
        var command = new DocumentedCommand("check-config", "Check the configuration without starting: every error at once, and every setting with its value.", Notes) { start };
        host.AddTo(command);
        command.SetAction(result => Run(host.Read(result), result.GetValue(start), result.InvocationConfiguration.Output, result.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(HostSettings settings, string? command, TextWriter output, TextWriter error)
    {
        var role = HostedRole.All.FirstOrDefault(role => role.Command == command) ?? HostedRole.Up;
        var builder = HostBuilding.CreateUnchecked(settings);
        var report = OptionsCheck.Run(builder.Configuration, role);
        var width = report.Values.Count == 0 ? 0 : report.Values.Max(value => value.Key.Length);
        foreach (var value in report.Values)
            output.WriteLine($"{value.Key.PadRight(width)}  {value.Value}{(value.Source == "default" ? "" : $"  ({value.Source})")}");
        foreach (var warning in report.Warnings)
            error.WriteLine($"warning: {warning}");
        if (report.Errors.Count == 0)
        {
            output.WriteLine($"The configuration is valid for '{role.Command}'.");
            if (command is null && NotFor(builder.Configuration) is { Count: > 0 } others)
                output.WriteLine($"It is not for {string.Join(", ", others)} alone; 'check-config {others[0].Trim('\'')}' says why.");
            return ExitCodes.Success;
        }
        error.WriteLine(OptionsReport.Describe(report.Errors));
        return ExitCodes.InvalidInput;
    }

    private static List<string> NotFor(IConfigurationRoot configuration) =>
        [.. HostedRole.All.Where(role => OptionsCheck.Run(configuration, role).Errors.Count > 0).Select(role => $"'{role.Command}'")];
}
