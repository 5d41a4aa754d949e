using System.CommandLine;
using InfluencerAnalytics.Benchmarks.Running;

namespace InfluencerAnalytics.Benchmarks.Embedded;

/// <summary>Rolling up one hour while readings keep coming in and timelines are read.</summary>
internal static class RollupCommand
{
    private static readonly Option<int> Influencers = new("--influencers") { Description = "Each with 60 readings in the hour.", DefaultValueFactory = _ => 1_000_000 };

    public static Command Create()
    {
        var command = new Command("rollup", "Rolls up an hour while appends go on at the rate of one reading a minute each; beside it the same without.") { Influencers };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(Influencers), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int influencers, CancellationToken cancellationToken)
    {
        using var hour = new StoredHour(influencers);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var maintenance = hour.Database.RunMaintenanceAsync(stop.Token);
        var filling = await hour.FillAsync(cancellationToken);

        var without = await EmbeddedLoad.RunAsync(hour, hour.Start + 3_600_000, elapsed => elapsed.TotalSeconds < 15, cancellationToken);
        hour.Time.Advance(TimeSpan.FromMinutes(64));
        var with = await EmbeddedLoad.RunAsync(hour, hour.Start + 4_200_000, _ => !hour.IsRolledUp, cancellationToken);
        Table.Print(
            ("influencers, points of the hour", $"{influencers:N0}, {influencers * 60L:N0}"),
            ("stored before it", $"{influencers * 60L / filling:N0} points/s"),
            ("rolled up, at most 5 s of waiting for its turn included (60 s)", $"{with.Seconds:F1} s"),
            ("CPU of the process, without / during, of one core", $"{without.Cpu:P0} / {with.Cpu:P0}"),
            ("appends of 500 points meanwhile, asked for / done", $"{influencers / 60 / 500d:F1}/s / {with.Appends / with.Seconds:F1}/s"),
            ("append of 500 points, p50 / p99, without", $"{without.AppendP50:F2} ms / {without.AppendP99:F2} ms"),
            ("append of 500 points, p50 / p99, during", $"{with.AppendP50:F2} ms / {with.AppendP99:F2} ms"),
            ("one hour of one influencer read, p50 / p99, without", $"{without.ReadP50:F2} ms / {without.ReadP99:F2} ms"),
            ("one hour of one influencer read, p50 / p99, during", $"{with.ReadP50:F2} ms / {with.ReadP99:F2} ms"));
        await stop.CancelAsync();
        await maintenance;
    }
}
