using System.Globalization;
using System.Text.Json;

namespace InfluencerAnalytics.Benchmarks.Weather;

/// <summary>Holds every exported reading against what the simulator says that it served.</summary>
internal static class LedgerJudge
{
    /// <returns>What is wrong, in words; nothing when all that is stored was served, and once.</returns>
    public static async Task<IReadOnlyList<string>> JudgeAsync(StreamReader ledger, StreamReader export, CancellationToken cancellationToken)
    {
        var (served, dropped) = await ReadLedgerAsync(ledger, cancellationToken);
        var (stored, strangers, early, twice) = (0L, 0L, 0L, 0L);
        var seen = new HashSet<(long Id, string Slot)>();
        await export.ReadLineAsync(cancellationToken);
        while (await export.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            // id,username,time,retrievedAt,followerCount,followingCount,followerRatio
            var cells = line.Split(',');
            var id = Number(cells[0]);
            stored++;
            if (!seen.Add((id, cells[2])))
                twice++;
            var retrieved = DateTimeOffset.Parse(cells[3], CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
            if (!served.TryGetValue((id, Number(cells[4]), Number(cells[5])), out var at))
                strangers++;
            else if (at > retrieved)
                early++;
        }
        var errors = new List<string>();
        if (dropped > 0)
            errors.Add($"the ledger dropped {dropped:N0} entries, so nothing can be said of the stored values");
        if (stored == 0)
            errors.Add("nothing is stored");
        if (strangers > 0)
            errors.Add($"{strangers:N0} of {stored:N0} stored values were never served");
        if (early > 0)
            errors.Add($"{early:N0} of {stored:N0} stored values were retrieved before they were served: invented, or the clock was set back meanwhile");
        if (twice > 0)
            errors.Add($"{twice:N0} of {stored:N0} are stored twice for a slot");
        return errors;
    }

    private static async Task<(Dictionary<(long Id, long Followers, long Following), long> Served, long Dropped)> ReadLedgerAsync(StreamReader ledger, CancellationToken cancellationToken)
    {
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

    private static long Number(string cell) => long.Parse(cell, CultureInfo.InvariantCulture);
}
