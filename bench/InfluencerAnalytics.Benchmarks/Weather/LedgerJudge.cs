using System.Globalization;
using System.Text.Json;

namespace InfluencerAnalytics.Benchmarks.Weather;

/// <summary>Holds every exported reading against what the simulator says that it served.</summary>
internal static class LedgerJudge
{
    /// <param name="openExport">Every stored value; read to its end before the ledger is opened, so that nothing in it can be younger than the ledger.</param>
    /// <returns>What is wrong, in words; nothing when all that is stored was served, and once.</returns>
    public static async Task<IReadOnlyList<string>> JudgeAsync(
        Func<CancellationToken, Task<StreamReader>> openExport, Func<CancellationToken, Task<StreamReader>> openLedger, CancellationToken cancellationToken)
    {
        var (values, twice) = await ReadExportAsync(openExport, cancellationToken);
        var (served, dropped) = await ReadLedgerAsync(openLedger, cancellationToken);
        var (strangers, early) = (0L, 0L);
        foreach (var value in values)
        {
            if (!served.TryGetValue((value.Id, value.Followers, value.Following), out var at))
                strangers++;
            else if (at > value.RetrievedAt)
                early++;
        }
        var errors = new List<string>();
        if (dropped > 0)
            errors.Add($"the ledger dropped {dropped:N0} entries, so nothing can be said of the stored values");
        if (values.Count == 0)
            errors.Add("nothing is stored");
        if (strangers > 0)
            errors.Add($"{strangers:N0} of {values.Count:N0} stored values were never served");
        if (early > 0)
            errors.Add($"{early:N0} of {values.Count:N0} stored values were retrieved before they were served: invented, or the clock was set back meanwhile");
        if (twice > 0)
            errors.Add($"{twice:N0} of {values.Count:N0} are stored twice for a slot");
        return errors;
    }

    private static async Task<(List<StoredValue> Values, long Twice)> ReadExportAsync(Func<CancellationToken, Task<StreamReader>> open, CancellationToken cancellationToken)
    {
        using var export = await open(cancellationToken);
        var values = new List<StoredValue>();
        var seen = new HashSet<(long Id, long Slot)>();
        var twice = 0L;
        await export.ReadLineAsync(cancellationToken);
        while (await export.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            // id,username,time,retrievedAt,followerCount,followingCount,followerRatio
            var cells = line.Split(',');
            values.Add(new StoredValue(Number(cells[0]), Moment(cells[3]), Number(cells[4]), Number(cells[5])));
            if (!seen.Add((Number(cells[0]), Moment(cells[2]))))
                twice++;
        }
        return (values, twice);
    }

    private static async Task<(Dictionary<(long Id, long Followers, long Following), long> Served, long Dropped)> ReadLedgerAsync(
        Func<CancellationToken, Task<StreamReader>> open, CancellationToken cancellationToken)
    {
        using var ledger = await open(cancellationToken);
        var served = new Dictionary<(long, long, long), long>();
        while (await ledger.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            if (line[0] == '{')
            {
                using var end = JsonDocument.Parse(line);
                return (served, end.RootElement.GetProperty("dropped").GetInt64());
            }
            var cells = line[1..^1].Split(',');
            // The earliest: the same numbers may be served again.
            served.TryAdd((Number(cells[0]), Number(cells[1]), Number(cells[2])), Number(cells[3]));
        }
        throw new InvalidOperationException("The simulator's ledger was cut off.");
    }

    private static long Moment(string cell) => DateTimeOffset.Parse(cell, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private static long Number(string cell) => long.Parse(cell, CultureInfo.InvariantCulture);

    private readonly record struct StoredValue(long Id, long RetrievedAt, long Followers, long Following);
}
