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
        Reads the same sources as 'up', checks everything and shows each setting with its value and where it comes from.

        Examples:
          influencer-analytics check-config
          Seeding__Interval=10s influencer-analytics check-config --set Fetching:MaxConcurrency=64

        """ + ExitCodes.Help;

    public static Command Create()
    {
        var host = new HostOptionsGroup();
        var command = new DocumentedCommand("check-config", "Check the configuration without starting: every error at once, and every setting with its value.", Notes);
        host.AddTo(command);
        command.SetAction(result => Run(host.Read(result), result.InvocationConfiguration.Output, result.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(HostSettings settings, TextWriter output, TextWriter error)
    {
        var builder = HostBuilding.CreateUnchecked(settings);
        var report = OptionsCheck.Run(builder.Configuration);
        var width = report.Values.Count == 0 ? 0 : report.Values.Max(value => value.Key.Length);
        foreach (var value in report.Values)
            output.WriteLine($"{value.Key.PadRight(width)}  {value.Value}{(value.Source == "default" ? "" : $"  ({value.Source})")}");
        foreach (var warning in report.Warnings)
            error.WriteLine($"warning: {warning}");
        if (report.Errors.Count == 0)
        {
            output.WriteLine("The configuration is valid.");
            return ExitCodes.Success;
        }
        error.WriteLine(OptionsReport.Describe(report.Errors));
        return ExitCodes.InvalidInput;
    }
}
