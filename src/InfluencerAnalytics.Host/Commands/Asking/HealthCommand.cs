using System.CommandLine;
using InfluencerAnalytics.Host.Commands.Arguments;
using InfluencerAnalytics.Host.Failures;

namespace InfluencerAnalytics.Host.Commands.Asking;

/// <summary><c>health</c>: whether a running process is ready, by exit code. For the health check of a container, whose image has no other program that could ask.</summary>
internal static class HealthCommand
{
    private const string Notes =
        """
        Asks for /health/ready, of any role. Exit code 0: every part works. 1: one does not, and the message says why. 6: nothing answers.

        Examples:
          influencer-analytics health
          influencer-analytics health --url http://127.0.0.1:8081

        """ + ExitCodes.Help;

    public static Command Create()
    {
        var client = new ClientOptionsGroup();
        var command = new DocumentedCommand("health", "Tell by exit code whether a running process, of any role, is ready.", Notes);
        client.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            using var server = client.Connect(result);
            var readiness = await server.AskReadyAsync(cancellationToken);
            if (!readiness.IsReady)
                throw new CommandFailedException(ExitCodes.Failure, string.Join(" ", readiness.Reasons.Prepend("Not ready.")));
            await result.InvocationConfiguration.Output.WriteLineAsync(string.Join(Environment.NewLine, readiness.Notes.Prepend("ready")));
            return ExitCodes.Success;
        });
        return command;
    }
}
