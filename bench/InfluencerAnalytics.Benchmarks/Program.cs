using System.CommandLine;
using InfluencerAnalytics.Benchmarks.Away;
using InfluencerAnalytics.Benchmarks.Bindings;
using InfluencerAnalytics.Benchmarks.Embedded;
using InfluencerAnalytics.Benchmarks.Faults;
using InfluencerAnalytics.Benchmarks.FetchLoop;
using InfluencerAnalytics.Benchmarks.Kept;
using InfluencerAnalytics.Benchmarks.Micro;
using InfluencerAnalytics.Benchmarks.Ranking;
using InfluencerAnalytics.Benchmarks.RosterPages;
using InfluencerAnalytics.Benchmarks.Scale;
using InfluencerAnalytics.Benchmarks.Sink;
using InfluencerAnalytics.Benchmarks.Suspicion;
using InfluencerAnalytics.Benchmarks.Tables;
using InfluencerAnalytics.Benchmarks.Weather;
using InfluencerAnalytics.Benchmarks.WholeProgram;

// Each command prints one table of docs/benchmarks.md; both sides of a ratio are measured in the same run.
var root = new RootCommand("Measures Influencer Analytics. Build with -c Release; the figures stand in docs/benchmarks.md.")
{
    FetchLoopCommand.Create(),
    MinimalServer.CreateCommand(),
    MillionCommand.Create(),
    ThroughputCommand.Create(),
    TimelineCommand.Create(),
    SuspicionCommand.Create(),
    StartCommand.Create(),
    StartCommand.CreateCatchUp(),
    AppendCommand.Create(),
    LatePointsCommand.Create(),
    RollupCommand.Create(),
    RanksCommand.Create(),
    OpinionsCommand.Create(),
    ExportCommand.Create(),
    SinkCommand.Create(),
    KeptCommand.Create(),
    ScaleCommand.Create(),
    AwayCommand.Create(),
    LeaderboardCommand.Create(),
    LoadCommand.Create(),
    ChangesCommand.Create(),
    FaultsCommand.Create(),
    WeatherCommand.Create(),
    BindingsCommand.Create(),
    BindingsCommand.CreateOpen(),
    RosterPagesCommand.Create(),
    TablesCommand.Create(),
    SuspicionPrecisionCommand.Create(),
    MicroCommand.Create(),
};
// Whoever is told to stop ends the processes that it started, and drops its database: longer than the two seconds that there are otherwise.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
