using System.CommandLine;
using System.Globalization;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Commands.Arguments;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.IdLists;
using InfluencerAnalytics.Host.Roles;
using InfluencerAnalytics.Host.Status;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Stores.Generations;

namespace InfluencerAnalytics.Host.Commands.Asking;

/// <summary><c>seed</c>: tracks ids, or has the roster seeded anew, and exits.</summary>
internal static class SeedCommand
{
    /// <summary>Ids a request: a tenth of the API's limit, so that the bar moves.</summary>
    private const int ChunkSize = TrackRequest.MaxIds / 10;

    private const string Notes =
        """
        A file has one id (or one range) a line; empty lines and lines that begin with # are skipped. A line that is neither stops
        the command before anything is done, with its number, unless --skip-invalid is given. Ids that are tracked already stay as
        they are, so running it again does no harm.

        Without a source (and without --interval) it has the whole roster seeded anew: every tracked influencer is in a shard again,
        whatever became of the shards before. That is what to do after data were lost.

        It asks a running 'up' over HTTP; when none runs on the data directory, it writes to the directory itself (never with --url).

        Examples:
          influencer-analytics seed 1000000+10000            10,000 ids from 1000000 on
          influencer-analytics seed 1000000-1009999          the same
          influencer-analytics seed ids.txt
          influencer-analytics seed                          the roster as it is, seeded anew
          influencer-analytics seed --interval 10s           whoever is tracked, every 10 seconds from now on
          cut -d, -f1 accounts.csv | influencer-analytics seed -

        """ + ExitCodes.Help;

    public static Command Create()
    {
        var client = new ClientOptionsGroup();
        var source = new Argument<string?>("SOURCE") { Description = "A range (1000000+10000 or 1000000-1009999), a file, or - for standard input. [default: whom to track stays, and is seeded anew]", Arity = ArgumentArity.ZeroOrOne };
        var interval = HostingOptions.Duration("--interval", "Fetch every influencer this often from now on: 10s, 1m, 00:01:00; whole seconds from 1s to 1h.", HostingOptions.CheckInterval);
        var skip = new Option<bool>("--skip-invalid") { Description = "Leave out lines that are no ids, and say how many." };
        var command = new DocumentedCommand("seed", "Track influencers: the ids of a range, a file or standard input; or seed anew, or change how often all are fetched.", Notes) { source, interval, skip };
        client.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var output = result.InvocationConfiguration.Output;
            var error = result.InvocationConfiguration.Error;
            if (result.GetValue(skip) && result.GetValue(source) is null)
                throw new CommandFailedException(ExitCodes.InvalidInput, "--skip-invalid leaves out lines of a source, and none is given. For standard input, say: seed -");
            var list = result.GetValue(source) is { } from ? await ReadValidAsync(from, result.GetValue(skip), error, cancellationToken) : null;
            using var server = client.Connect(result);
            var settings = client.Settings(result);
            if (result.GetValue(interval) is { } wanted)
                await ConfigCommand.ChangeAsync(new AgreementAccess(server, settings, error), new DeploymentAgreement(wanted, null, null), output, cancellationToken);
            if (list is not null)
                await TrackAsync(list, server, settings, output, error, cancellationToken);
            else if (result.GetValue(interval) is null)
                await RequestAsync(server, settings, output, error, cancellationToken);
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task<IdList> ReadValidAsync(string source, bool skipInvalid, TextWriter error, CancellationToken cancellationToken)
    {
        var list = await ReadAsync(source, cancellationToken);
        if (list.Invalid == 0)
            return list;
        Report(list, error);
        return skipInvalid
            ? list
            : throw new CommandFailedException(ExitCodes.InvalidInput, "Nothing was done. Mend these lines, or leave them out with --skip-invalid.");
    }

    private static async Task TrackAsync(IdList list, RunningServer server, HostSettings settings, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var (added, already) = await server.IsRunningAsync(cancellationToken)
            ? await SendAsync(server, list.Ids, cancellationToken)
            : await WriteAsync(settings, list.Ids, error, cancellationToken);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{list.Ids.Count:#,0} ids: {added:#,0} added, {already:#,0} tracked before.")
            + (list.Duplicates > 0 ? string.Create(CultureInfo.InvariantCulture, $" {list.Duplicates:#,0} were given twice.") : "")
            + (list.Invalid > 0 ? string.Create(CultureInfo.InvariantCulture, $" {list.Invalid:#,0} lines were left out.") : ""));
    }

    private static async Task RequestAsync(RunningServer server, HostSettings settings, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (await server.IsRunningAsync(cancellationToken))
        {
            var request = await server.AskAsync(client => client.RequestGenerationAsync(cancellationToken));
            await output.WriteLineAsync($"Asked for the roster to be seeded anew, after generation {request.RequestedAfter}: that takes seconds.");
            return;
        }
        DataDirectoryPath.Require(HostBuilding.CreateUnchecked(settings).Configuration);
        await using var direct = await DirectStorage.OpenAsync(settings, error, cancellationToken);
        var after = await direct.Services.GetRequiredService<IGenerationStore>().RequestGenerationAsync(cancellationToken);
        await output.WriteLineAsync($"Asked for the roster to be seeded anew, after generation {after}: the next 'up' does it.");
    }

    internal static async Task<IdList> ReadAsync(string source, CancellationToken cancellationToken)
    {
        if (source == "-")
            return await IdList.ReadAsync(Console.In, cancellationToken);
        if (!File.Exists(source) && IdRange.TryParse(source, out var range) && range.Count > 0)
            return IdList.Of(range);
        try
        {
            using var reader = new StreamReader(source);
            return await IdList.ReadAsync(reader, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(ExitCodes.InvalidInput, $"'{source}' is neither a range such as 1000000+10000 nor a file that can be read: {exception.Message}", exception);
        }
    }

    private static void Report(IdList list, TextWriter error)
    {
        foreach (var line in list.Errors)
            error.WriteLine(line);
        if (list.Invalid > list.Errors.Count)
            error.WriteLine($"… and {list.Invalid - list.Errors.Count} more lines.");
    }

    /// <summary>Tracks ids over HTTP, some at a time.</summary>
    internal static Task<(long Added, long AlreadyTracked)> SendAsync(RunningServer server, IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        ProgressBar.RunAsync("tracking", ids.Count, async progress =>
        {
            long added = 0, already = 0;
            foreach (var chunk in ids.Chunk(ChunkSize))
            {
                var answer = await server.AskAsync(client => client.TrackAsync(chunk, cancellationToken));
                added += answer.Added;
                already += answer.AlreadyTracked;
                progress(chunk.Length);
            }
            return (added, already);
        });

    private static async Task<(long Added, long AlreadyTracked)> WriteAsync(
        HostSettings settings, IReadOnlyList<long> ids, TextWriter error, CancellationToken cancellationToken)
    {
        await using var direct = await DirectStorage.OpenAsync(settings, error, cancellationToken);
        var writer = direct.Services.GetRequiredService<RosterImport>();
        return await ProgressBar.RunAsync("tracking", ids.Count, progress => writer.AddAsync(ids, progress, cancellationToken));
    }
}
