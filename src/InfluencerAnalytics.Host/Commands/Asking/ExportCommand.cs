using System.CommandLine;
using InfluencerAnalytics.Client;
using InfluencerAnalytics.Host.Commands.Arguments;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Influencers;
using Microsoft.Win32.SafeHandles;
using Mockstagram.Simulator.Parsing;

namespace InfluencerAnalytics.Host.Commands.Asking;

/// <summary><c>export</c>: readings as CSV.</summary>
internal static class ExportCommand
{
    /// <summary>EPIPE: .NET passes the system's error number on.</summary>
    private const int PosixBrokenPipe = 32;

    private const int WindowsBrokenPipe = unchecked((int)0x8007006D);
    private const int WindowsNoData = unchecked((int)0x800700E8);

    private const string Notes =
        """
        Asks a running 'up' (or 'serve') over HTTP and writes CSV as it comes. With --output the file appears only when it is complete.
        Of all influencers, the rows come day by day (1h and 1d: by longer periods), in it by id, and of an influencer by time.

        Examples:
          influencer-analytics export 1000001 > one.csv
          influencer-analytics export --all --start 2026-11-22T00:00:00Z --output day.csv
          influencer-analytics export 1000001 --resolution 1h --start 2026-10-01 | head

        """ + ExitCodes.Help;

    public static Command Create()
    {
        var client = new ClientOptionsGroup();
        var id = new Argument<long?>("ID")
        {
            Description = "The influencer; leave it out for --all.",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = argument => WholeNumber.Read<long>(argument, "ID", InfluencerIds.Min, InfluencerIds.Max),
        };
        var all = new Option<bool>("--all") { Description = "All influencers." };
        var start = new Option<string?>("--start") { Description = "From this time on: ISO 8601, epoch seconds or a span before now (--start=-24h). [default: 24 hours before the end]", HelpName = "TIME" };
        var end = new Option<string?>("--end") { Description = "Up to this time. [default: now]", HelpName = "TIME" };
        var resolution = new Option<string?>("--resolution") { Description = "raw, 1m, 5m, 1h or 1d. [default: raw]", HelpName = "SIZE" };
        var file = new Option<FileInfo?>("--output", "-o") { Description = "A file instead of standard output.", HelpName = "FILE" };
        var command = new DocumentedCommand("export", "Write the readings of one influencer, or of all, as CSV.", Notes) { id, all, start, end, resolution, file };
        client.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(id)?.Tokens.Count > 0 == result.GetValue(all))
                result.AddError("Name one influencer's id, or --all; not both.");
        });
        command.SetAction(async (result, cancellationToken) =>
        {
            using var server = client.Connect(result);
            var range = new ReadingRange(result.GetValue(start), result.GetValue(end));
            var size = result.GetValue(resolution) ?? "raw";
            await using var download = await server.AskAsync(api => result.GetValue(id) is { } one
                ? api.DownloadTimelineAsync(one, range, size, cancellationToken)
                : api.ExportAsync(range, size, cancellationToken));
            if (result.GetValue(file) is { } target)
                await ToFileAsync(download, target, cancellationToken);
            else
                await ToStandardOutputAsync(download, cancellationToken);
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task ToFileAsync(CsvDownload download, FileInfo target, CancellationToken cancellationToken)
    {
        var part = target.FullName + ".part";
        try
        {
            await using (var stream = new FileStream(part, FileMode.Create, FileAccess.Write))
                await CopyAsync(download, stream, cancellationToken);
            File.Move(part, target.FullName, overwrite: true);
        }
        catch (Exception exception)
        {
            TryDelete(part);
            if (exception is IOException or UnauthorizedAccessException)
                throw new CommandFailedException(ExitCodes.Failure, $"{target.FullName} cannot be written: {exception.Message}", exception);
            throw;
        }
    }

    private static async Task ToStandardOutputAsync(CsvDownload download, CancellationToken cancellationToken)
    {
        await using var stream = OpenStandardOutput();
        try
        {
            await CopyAsync(download, stream, cancellationToken);
        }
        catch (IOException exception) when (exception.HResult is PosixBrokenPipe or WindowsNoData or WindowsBrokenPipe)
        {
            // Whoever reads has had enough (head, less): that is no failure. A full disk behind > is one.
        }
        catch (IOException exception)
        {
            throw new CommandFailedException(ExitCodes.Failure, $"The output cannot be written: {exception.Message} What was written is not complete.", exception);
        }
    }

    /// <summary>Copies rows as they come.</summary>
    /// <exception cref="CommandFailedException">They break off.</exception>
    private static async Task CopyAsync(CsvDownload download, Stream into, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            int read;
            try
            {
                read = await download.Rows.ReadAsync(buffer, cancellationToken);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                throw new CommandFailedException(ExitCodes.Failure, $"The answer broke off in the middle: {exception.Message} What was written is not complete.", exception);
            }
            if (read == 0)
                return;
            await into.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    // Console's own stream hides a closed pipe, and the rest of a large export would be fetched for nobody. Into a file only that one writes where others who share it go on.
    private static Stream OpenStandardOutput()
    {
        if (OperatingSystem.IsWindows())
            return Console.OpenStandardOutput();
        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? Console.OpenStandardOutput() : stream;
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is told; a part file left over is only untidy.
        }
    }
}
