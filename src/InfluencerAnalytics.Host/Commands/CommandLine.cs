using System.CommandLine;
using System.CommandLine.Help;
using InfluencerAnalytics.Host.Commands.Arguments;
using InfluencerAnalytics.Host.Commands.Asking;
using InfluencerAnalytics.Host.Commands.Hosting;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Processes;

namespace InfluencerAnalytics.Host.Commands;

/// <summary>The program's command line: parses, runs, and turns failures into one line and an exit code.</summary>
internal static class CommandLine
{
    private const string Description =
        "Watches the numbers of up to a million influencers, minute by minute: fetches every account once per interval, keeps the readings, and serves history, ranks and averages.";

    private const string Notes =
        """
        Examples:
          influencer-analytics up                            10,000 influencers of a simulated provider, once a minute
          influencer-analytics up --provider http://10.0.0.7:3000 --influencers 1000000
          influencer-analytics seed ids.txt                  track the ids of a file
          influencer-analytics status --watch                what a running 'up' is doing

        Settings come from appsettings.json (next to the program, then in the working directory), then the environment
        (Seeding__Interval=10s), then the command line (--set Seeding:Interval=10s). 'check-config' shows them all.

        """ + ExitCodes.Help;

    /// <summary>An @file is a list of ids, read by the command that takes it, and not one of arguments.</summary>
    public static ParserConfiguration Parsing { get; } = new() { ResponseFileTokenReplacer = null };

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var result = Create().Parse(args, Parsing);
        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            // Signals are handled in Program, once for every command.
            ProcessTerminationTimeout = null,
        };
        try
        {
            var code = await result.InvokeAsync(configuration, cancellationToken);
            return result.Errors.Count > 0 && code == ExitCodes.Failure ? ExitCodes.InvalidInput : code;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync("Stopped before the end.");
            return ExitCodes.Interrupted;
        }
        catch (Exception exception)
        {
            if (StartErrors.Describe(exception) is not { } failure)
            {
                await error.WriteLineAsync($"Unexpected failure, probably a bug: {exception}");
                return ExitCodes.Failure;
            }
            await error.WriteLineAsync($"influencer-analytics: {failure.Message}");
            return failure.ExitCode;
        }
    }

    public static RootCommand Create()
    {
        var simulate = SimulateCommand.Create();
        var root = new RootCommand(Description)
        {
            UpCommand.Create(),
            SeedCommand.Create(),
            RosterCommand.Create(),
            StatusCommand.Create(),
            HealthCommand.Create(),
            ExportCommand.Create(),
            DeadLettersCommand.Create(),
            BackupCommand.Create(),
            ConfigCommand.Create(),
            CheckConfigCommand.Create(),
            DbCommand.Create(),
            QueuesCommand.Create(),
            simulate.Command,
            RoleCommand.CreateSeeder(),
            RoleCommand.CreateFetch(),
            RoleCommand.CreateIngest(),
            RoleCommand.CreateClassify(),
            RoleCommand.CreateServe(),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new NotedHelpAction((HelpAction)help.Action!, new Dictionary<Command, string> { [root] = Notes, [simulate.Command] = simulate.Notes });
        return root;
    }
}
