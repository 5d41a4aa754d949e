using InfluencerAnalytics.Host.Commands.Arguments;
using InfluencerAnalytics.Host.Failures;

namespace InfluencerAnalytics.Host.Commands.Asking;

/// <summary><c>backup</c>: a consistent copy of the data of a running <c>up</c>.</summary>
internal static class BackupCommand
{
    private const string Notes =
        """
        The copy is made below the data directory, in 'backups', while everything runs, and its path is printed. Files are linked,
        not copied, so it takes little time, and little space as long as it is deleted again: copy it to another disk, then delete it.
        To restore, stop 'up' and put the copy in place of the data directory.

        Example:
          influencer-analytics backup

        """ + ExitCodes.Help;

    public static DocumentedCommand Create()
    {
        var client = new ClientOptionsGroup();
        var command = new DocumentedCommand("backup", "Copy the data of a running 'up' consistently, and say where the copy is.", Notes);
        client.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            using var server = client.Connect(result);
            var backup = await server.AskAsync(api => api.CreateBackupAsync(cancellationToken));
            await result.InvocationConfiguration.Output.WriteLineAsync(backup.Path);
            return ExitCodes.Success;
        });
        return command;
    }
}
