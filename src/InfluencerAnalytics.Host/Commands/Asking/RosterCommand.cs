using System.CommandLine;
using System.Globalization;
using System.Net;
using InfluencerAnalytics.Client;
using InfluencerAnalytics.Host.Commands.Arguments;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Status;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Host.Commands.Asking;

/// <summary><c>roster</c>: who is tracked. Adds, removes and lists, by way of a running process.</summary>
internal static class RosterCommand
{
    // A removal is one request: so many at once hide the way there and back.
    private const int RemovalsAtOnce = 8;

    private static readonly TimeSpan PauseWhenLimited = TimeSpan.FromSeconds(1);

    private const string Notes =
        """
        Asks a running 'up' (or 'serve') over HTTP. To track ids while none runs, or whose lines are not all ids, there is 'seed'.

        Examples:
          influencer-analytics roster add 1000001 1000100-1000199
          influencer-analytics roster add @ids.txt
          cut -d, -f1 closed.csv | influencer-analytics roster remove -
          influencer-analytics roster list --status failing
          influencer-analytics roster list --query anna --format csv > anna.csv

        """ + ExitCodes.Help;

    public static Command Create() =>
        new DocumentedCommand("roster", "Add influencers to the roster, remove some, or list who is on it.", Notes) { CreateAdd(), CreateRemove(), CreateList() };

    private static DocumentedCommand CreateAdd()
    {
        var client = new ClientOptionsGroup();
        var sources = SourcesArgument();
        var command = new DocumentedCommand("add", "Track influencers; those tracked already stay as they are.", "Examples:\n  influencer-analytics roster add 1000001 1000100+100\n  influencer-analytics roster add @ids.txt")
        {
            sources,
        };
        client.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var list = await RosterSources.ReadAsync(result.GetRequiredValue(sources), cancellationToken);
            using var server = client.Connect(result);
            var (added, already) = await SeedCommand.SendAsync(server, list.Ids, cancellationToken);
            await result.InvocationConfiguration.Output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{list.Ids.Count:#,0} ids: {added:#,0} added, {already:#,0} tracked before."));
            return ExitCodes.Success;
        });
        return command;
    }

    private static DocumentedCommand CreateRemove()
    {
        var client = new ClientOptionsGroup();
        var sources = SourcesArgument();
        var command = new DocumentedCommand("remove", "Stop tracking influencers; their history stays.", "Examples:\n  influencer-analytics roster remove 1000001\n  influencer-analytics roster remove @closed.txt")
        {
            sources,
        };
        client.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var list = await RosterSources.ReadAsync(result.GetRequiredValue(sources), cancellationToken);
            using var server = client.Connect(result);
            var unknown = await ProgressBar.RunAsync("removing", list.Ids.Count, progress => RemoveAsync(server, list.Ids, progress, cancellationToken));
            await result.InvocationConfiguration.Output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{list.Ids.Count:#,0} ids: {list.Ids.Count - unknown:#,0} are not tracked any more."));
            if (unknown == 0)
                return ExitCodes.Success;
            await result.InvocationConfiguration.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Of {unknown:#,0} nothing is known. 'roster list' shows who is on the roster."));
            return ExitCodes.Failure;
        });
        return command;
    }

    private static DocumentedCommand CreateList()
    {
        var client = new ClientOptionsGroup();
        var status = new Option<string?>("--status") { Description = "Only those that stand so: tracked, failing, gone or removed. [default: all but the removed]", HelpName = "STATUS" };
        status.AcceptOnlyFromAmong([.. RosterStates.All]);
        var query = new Option<string?>("--query") { Description = "An id, or how a username begins.", HelpName = "TEXT" };
        var format = new Option<string>("--format") { Description = "table, csv, json (the API's own items, one a line) or ids. [default: table]", HelpName = "FORMAT", DefaultValueFactory = static _ => RosterPrinter.Table };
        format.AcceptOnlyFromAmong([.. RosterPrinter.Formats]);
        var command = new DocumentedCommand("list", "List who is on the roster, with the last error of those that fail.", "Examples:\n  influencer-analytics roster list --status failing\n  influencer-analytics roster list --status removed --format ids")
        {
            status, query, format,
        };
        client.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            using var server = client.Connect(result);
            var printer = new RosterPrinter(result.GetRequiredValue(format), result.InvocationConfiguration.Output);
            string? cursor = null;
            do
            {
                var page = await server.AskAsync(api => api.GetRosterPageAsync(result.GetValue(query), 1000, cursor, result.GetValue(status), cancellationToken));
                printer.Print(page.Items);
                cursor = page.NextCursor;
            }
            while (cursor is not null);
            return ExitCodes.Success;
        });
        return command;
    }

    private static Argument<string[]> SourcesArgument() => new("SOURCE")
    {
        Description = "Ids, ranges (1000000+10000 or 1000000-1009999), @file with one of these a line, or - for standard input.",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <returns>Of how many nothing is known.</returns>
    private static async Task<int> RemoveAsync(RunningServer server, IReadOnlyList<long> ids, Action<int> progress, CancellationToken cancellationToken)
    {
        var unknown = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = RemovalsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ids, parallel, async (id, cancel) =>
        {
            if (!await server.AskAsync(client => RemoveAsync(client, id, cancel)))
                Interlocked.Increment(ref unknown);
            progress(1);
        });
        return unknown;
    }

    // A server elsewhere allows so many requests a second: then it is waited for as it says.
    private static async Task<bool> RemoveAsync(InfluencerAnalyticsClient client, long id, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await client.UntrackAsync(id, cancellationToken);
                return true;
            }
            catch (ApiProblemException problem) when (problem.Status == HttpStatusCode.NotFound)
            {
                return false;
            }
            catch (ApiProblemException problem) when (problem.Status == HttpStatusCode.TooManyRequests)
            {
                await Task.Delay(problem.RetryAfter ?? PauseWhenLimited, TimeProvider.System, cancellationToken);
            }
        }
    }
}
