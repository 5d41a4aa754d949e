using System.CommandLine;
using InfluencerAnalytics.Benchmarks.Running;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Benchmarks.Embedded;

/// <summary>Ranking a day while readings keep coming in.</summary>
internal static class RanksCommand
{
    private const int RollupsPerCall = 10_000;
    private const long DayMs = 86_400_000;

    private static readonly Option<int> Influencers = new("--influencers") { Description = "Each with a reading of the day.", DefaultValueFactory = _ => 1_000_000 };
    private static readonly Option<int> Days = new("--days") { Description = "Days of roll-ups that are there already, among which the day's are to be found.", DefaultValueFactory = _ => 7 };

    public static Command Create()
    {
        var command = new Command("ranks", "Ranks a day while appends go on at the rate of one reading a minute each; beside it the same without.") { Influencers, Days };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(Influencers), parsed.GetValue(Days), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int influencers, int days, CancellationToken cancellationToken)
    {
        using var hour = new StoredHour(influencers);
        var today = hour.Start / DayMs;
        await ImportAsync(hour, today, days, cancellationToken);
        await hour.FillAsync(cancellationToken, slots: 1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var maintenance = hour.Database.RunMaintenanceAsync(stop.Token);
        var without = await EmbeddedLoad.RunAsync(hour, hour.Start + 60_000, elapsed => elapsed.TotalSeconds < 15, cancellationToken);

        // Tomorrow, at the same time: whatever is to be rolled up before the ranks is done first.
        hour.Time.Advance(TimeSpan.FromDays(1));
        while (!IsBeyond(hour, MetaKeys.RolledUpDays, today))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
        var with = await EmbeddedLoad.RunAsync(hour, hour.Start + DayMs, _ => !IsBeyond(hour, MetaKeys.RankedDays, today), cancellationToken);
        await stop.CancelAsync();
        await maintenance;
        var (p50, p99, bytes) = await ReadAsync(hour, today, cancellationToken);
        Table.Print(
            ("influencers, days of roll-ups among which the day's are", $"{influencers:N0}, {days + 1}"),
            ("ranked", $"{with.Seconds:F1} s"),
            ("CPU of the process, without / during, of one core", $"{without.Cpu:P0} / {with.Cpu:P0}"),
            ("appends of 500 points meanwhile, asked for / done", $"{influencers / 60 / 500d:F1}/s / {with.Appends / with.Seconds:F1}/s"),
            ("append of 500 points, p50 / p99, without", $"{without.AppendP50:F2} ms / {without.AppendP99:F2} ms"),
            ("append of 500 points, p50 / p99, during", $"{with.AppendP50:F2} ms / {with.AppendP99:F2} ms"),
            ("the ranks of one influencer read, p50 / p99", $"{p50:F3} ms / {p99:F3} ms"),
            ("bytes a rank, compacted", $"{bytes:F1}"));
    }

    private static bool IsBeyond(StoredHour hour, string mark, long day) => new MetaTable(hour.Database.Native).GetNumber(mark) > day;

    private static async Task ImportAsync(StoredHour hour, long today, int days, CancellationToken cancellationToken)
    {
        var rollups = new List<Rollup>(RollupsPerCall);
        for (var day = today - days; day < today; day++)
        {
            for (var i = 0; i < hour.Influencers; i++)
            {
                var followers = 5_000 + i * 7919L % 1_000_003;
                rollups.Add(new Rollup(1_000_000 + i, RollupPeriod.Day, day * DayMs, 1440, RollupColumn.Of(followers + day % 97), RollupColumn.Of(1000)));
                if (rollups.Count < RollupsPerCall && i < hour.Influencers - 1)
                    continue;
                await hour.Database.Store.ImportRollupsAsync(rollups, cancellationToken);
                rollups.Clear();
            }
        }
    }

    private static async Task<(double P50, double P99, double Bytes)> ReadAsync(StoredHour hour, long today, CancellationToken cancellationToken)
    {
        var reads = new List<double>();
        for (var i = 0; i < 2000; i++)
        {
            var id = 1_000_000 + i * 7919L % hour.Influencers;
            reads.Add(await EmbeddedLoad.TimeAsync(async () =>
            {
                if ((await hour.Database.Store.ReadDayRanksAsync(id, 0, (today + 1) * DayMs, cancellationToken)).Count != 1)
                    throw new InvalidOperationException($"{id} has no rank.");
            }));
        }
        var family = hour.Database.Native.ColumnFamilies.Single(static family => family.Name.StartsWith(ColumnFamilyNames.RanksPrefix, StringComparison.Ordinal));
        hour.Database.Native.Flush(family);
        hour.Database.Native.Compact(family);
        var bytes = (double)hour.Database.Native.GetNumber(family, "rocksdb.live-sst-files-size") / hour.Influencers;
        return (EmbeddedLoad.At(reads, 0.5), EmbeddedLoad.At(reads, 0.99), bytes);
    }
}
