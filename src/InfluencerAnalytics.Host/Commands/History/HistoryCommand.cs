using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Host.Commands.Arguments;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.IdLists;
using InfluencerAnalytics.Host.Roles;
using InfluencerAnalytics.Host.Status;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;
using Mockstagram.Simulator.Parsing;

namespace InfluencerAnalytics.Host.Commands.History;

/// <summary><c>simulate history</c>: a believable past, for demonstrations and for testing long ranges.</summary>
internal static class HistoryCommand
{
    private const string Notes =
        """
        Writes into a data directory that nothing else uses at the time (stop 'up' first): single readings as far back as the store
        keeps them (7 days unless configured), hourly and daily roll-ups for what is older, and the influencers into the roster.
        The numbers are those that the simulator of 'up' goes on with, so the past joins the present without a jump.
        What is stored already stays; running it again does no harm.

        Examples:
          influencer-analytics simulate history --days 30 --influencers 100
          influencer-analytics simulate history --days 365 --influencers 1000 --data ./demo

        """ + ExitCodes.Help;

    public static Command Create()
    {
        var host = new HostOptionsGroup();
        var days = WholeNumber.Option("--days", "N", "How far back.", 30, 1, 3650);
        var influencers = WholeNumber.Option("--influencers", "N", "How many, ids from --first-id on.", 100, 1, 1_000_000);
        var firstId = WholeNumber.Option("--first-id", "ID", "The first id.", 1_000_000L, InfluencerIds.Min, InfluencerIds.Max - 1_000_000);
        var seed = WholeNumber.Option("--seed", "NUMBER", "The simulator's seed.", 1L);
        var interval = HostingOptions.Duration("--interval", "Between two readings. [default: 60s]", CheckInterval);
        var command = new DocumentedCommand("history", "Write a believable past of some influencers into a data directory.", Notes) { days, influencers, firstId, seed, interval };
        host.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(
            host.Read(result),
            new HistoryPlan(
                new IdRange(result.GetValue(firstId), result.GetValue(influencers)), result.GetValue(days), result.GetValue(seed),
                result.GetValue(interval) ?? TimeSpan.FromSeconds(60)),
            result.InvocationConfiguration.Output,
            result.InvocationConfiguration.Error,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(HostSettings settings, HistoryPlan plan, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (StorageLayout.Of(HostBuilding.CreateUnchecked(settings).Configuration, role: null).Store != StoreKind.Embedded)
            throw new CommandFailedException(ExitCodes.InvalidInput, "'simulate history' writes into a data directory, and the store is not in one. Say --set Storage:Store=Embedded --set Storage:Queue=Embedded to make one of its own.");
        await using var direct = await DirectStorage.OpenAsync(settings, error, cancellationToken);
        await AgreementAtStart.ReachProviderAsync(
            direct.Services.GetRequiredService<ISettingStore>(), ProviderIdentity.BuiltInSimulator, accept: false, "say 'config set provider=simulator' first", output, cancellationToken);
        var options = direct.Services.GetRequiredService<EmbeddedOptions>();
        var started = Stopwatch.GetTimestamp();
        var writer = new HistoryWriter(direct.Services.GetRequiredService<IDataPointStore>(), plan, options, direct.Services.GetRequiredService<TimeProvider>());
        var result = await ProgressBar.RunAsync("writing", writer.Steps, progress => writer.WriteAsync(progress, cancellationToken));
        await direct.Services.GetRequiredService<RosterImport>().AddAsync(plan.Ids.Ids, null, cancellationToken);
        await BeginOpinionsAnewAsync(direct.Services.GetRequiredService<IWatchStore>(), cancellationToken);
        var status = await direct.Services.GetRequiredService<IStoreStatus>().GetStatusAsync(cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Ids.Count:#,0} influencers over {plan.Days} days: {result.Points:#,0} readings, {result.Rollups:#,0} roll-ups, {result.Skipped:#,0} there before; "
            + $"{Amounts.Seconds(seconds)}, {(result.Points + result.Rollups) / Math.Max(0.001, seconds):#,0} rows a second{(status.UsedBytes is { } used ? $", {Amounts.Bytes(used)} on disk" : "")}."));
        return ExitCodes.Success;
    }

    // Else hours before those that went into the opinions already would be passed over. Nobody else uses the directory.
    private static async Task BeginOpinionsAnewAsync(IWatchStore watches, CancellationToken cancellationToken)
    {
        var progress = await watches.ReadWatchProgressAsync(cancellationToken);
        await watches.WriteWatchesAsync([], progress, progress.Anew(), cancellationToken);
    }

    private static string? CheckInterval(TimeSpan value) =>
        SlotGrid.IsValidInterval(value) && 3600 % value.TotalSeconds == 0 ? null : "is not whole seconds that divide an hour, such as 10s, 60s or 5m.";
}

/// <param name="Ids">Whose past.</param>
/// <param name="Days">How far back.</param>
/// <param name="Seed">The simulator's.</param>
/// <param name="Interval">Divides an hour.</param>
internal sealed record HistoryPlan(IdRange Ids, int Days, long Seed, TimeSpan Interval);
