using System.CommandLine;
using InfluencerAnalytics.Host.Commands.Arguments;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Roles;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Sqs;
using InfluencerAnalytics.Sqs.Creation;

namespace InfluencerAnalytics.Host.Commands;

/// <summary><c>queues create</c> and <c>queues check</c>: makes the queues on SQS, or looks whether they are as they have to be.</summary>
internal static class QueuesCommand
{
    private const string Notes =
        """
        Region, endpoint and prefix are settings (Sqs:Region, Sqs:ServiceUrl, Sqs:QueuePrefix); credentials come by the standard chain of the AWS SDK.
        A queue that there is stays as it is: what is wrong with it is said, and ends the command with exit code 1.

        Examples:
          influencer-analytics queues create --set Sqs:Region=eu-central-1
          influencer-analytics queues check --set Sqs:ServiceUrl=http://localhost:4566

        """ + ExitCodes.Help;

    public static Command Create() => new DocumentedCommand("queues", "Make the queues on AWS SQS, or check them.", Notes)
    {
        Create("create", "Make the queues that are not there: encrypted, without a redrive policy, messages kept for 14 days.", static (creation, token) => creation.CreateAsync(token)),
        Create("check", "Look at the queues and change nothing.", static (creation, token) => creation.InspectAsync(token)),
    };

    private static DocumentedCommand Create(string name, string description, Func<QueueCreation, CancellationToken, ValueTask<IReadOnlyList<QueueState>>> work)
    {
        var host = new HostOptionsGroup();
        var command = new DocumentedCommand(name, description, Notes);
        host.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var builder = HostBuilding.CreateBuilder(host.Read(result), error);
            builder.Logging.ClearProviders();
            builder.Services.AddSqsQueues();
            await using var app = builder.Build();
            try
            {
                return await ReportAsync(await work(app.Services.GetRequiredService<QueueCreation>(), cancellationToken), output, error);
            }
            catch (QueueUnavailableException exception)
            {
                throw new CommandFailedException(ExitCodes.Failure, exception.Message, exception);
            }
        });
        return command;
    }

    private static async Task<int> ReportAsync(IReadOnlyList<QueueState> states, TextWriter output, TextWriter error)
    {
        foreach (var state in states)
            await (state.Problem is null ? output : error).WriteLineAsync($"{state.Name}: {state.Problem ?? (state.IsNew ? "made." : "is there, and as it has to be.")}");
        return states.Any(state => state.Problem is not null) ? ExitCodes.Failure : ExitCodes.Success;
    }
}
