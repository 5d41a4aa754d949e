using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.IdLists;

namespace InfluencerAnalytics.Host.Commands.Asking;

/// <summary>Reads ids from what was given on the command line: ids and ranges, files behind an @, and - for standard input.</summary>
internal static class RosterSources
{
    /// <exception cref="CommandFailedException">Something of it is no id, and the message says where it stands; or there is none. Nothing was done.</exception>
    public static async Task<IdList> ReadAsync(IReadOnlyList<string> sources, CancellationToken cancellationToken)
    {
        var ids = new List<long>();
        var errors = new List<string>();
        foreach (var source in sources)
        {
            var list = await ReadAsync(source, cancellationToken);
            ids.AddRange(list.Ids);
            errors.AddRange(list.Errors.Select(error => source is ['@', ..] or "-" ? $"{source}, {error}" : error.Replace("line 1: ", "", StringComparison.Ordinal)));
        }
        if (errors.Count > 0)
            throw new CommandFailedException(ExitCodes.InvalidInput, $"{string.Join('\n', errors)}\nNothing was done.");
        // Mostly what should have listed them has failed; as for the API, nobody is none to add or remove.
        return ids.Count > 0
            ? IdList.Of(ids, "ids")
            : throw new CommandFailedException(ExitCodes.InvalidInput, $"No id is named by {string.Join(' ', sources.Select(static source => $"'{source}'"))}.\nNothing was done.");
    }

    private static async Task<IdList> ReadAsync(string source, CancellationToken cancellationToken)
    {
        if (source == "-")
            return await IdList.ReadAsync(Console.In, cancellationToken);
        if (source is not ['@', .. var path])
        {
            using var one = new StringReader(source);
            return await IdList.ReadAsync(one, cancellationToken);
        }
        try
        {
            using var reader = new StreamReader(path);
            return await IdList.ReadAsync(reader, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandFailedException(ExitCodes.InvalidInput, $"'{path}' cannot be read: {exception.Message}", exception);
        }
    }
}
