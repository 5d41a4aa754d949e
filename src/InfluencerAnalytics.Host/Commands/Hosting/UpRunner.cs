using System.CommandLine.Parsing;
using System.Globalization;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Logging;
using InfluencerAnalytics.Host.Processes;
using InfluencerAnalytics.Host.Reporting;
using InfluencerAnalytics.Host.Roles;
using InfluencerAnalytics.Host.Status;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Roster;
using Spectre.Console;

namespace InfluencerAnalytics.Host.Commands.Hosting;

/// <summary>One run of <c>up</c>, in the order in which things can go wrong: configuration, address, data directory, provider, roster, roles.</summary>
internal sealed class UpRunner(HostSettings settings, bool live)
{
    private static readonly UpRole Role = new();

    public async Task<int> RunAsync(TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var builder = HostBuilding.CreateBuilder(settings, error);
        // Before the directory: a start that is refused for its address leaves none behind.
        var listen = PortProbe.CheckConfigured(builder.Configuration);
        var directory = DataDirectoryPath.Prepare(builder.Configuration);
        var logFile = Path.Combine(directory, "influencer-analytics.log");
        await using var app = Build(builder, logFile);
        var time = app.Services.GetRequiredService<TimeProvider>();
        app.Urls.Add(listen.ToString());

        // The directory is opened before the simulator is started: most failed starts are a second 'up' on the same one.
        var interval = await AgreeAsync(app, output, cancellationToken);
        await using var simulator = app.Configuration[SettingKeys.Provider] is null ? await StartSimulatorAsync(app, time, cancellationToken) : null;
        if (simulator is not null)
            app.Configuration[SettingKeys.Provider] = simulator.Address.ToString();
        await ReachRosterAsync(app.Services, output, cancellationToken);
        await ForecastAsync(app.Services, interval, output, cancellationToken);

        Role.Map(app);
        await app.StartAsync(cancellationToken);
        simulator?.Supervise(app.Services.GetRequiredService<ILogger<SimulatorChild>>());
        var site = listen.WithPortOf(app.Urls).Local;
        using var running = RunningFile.Write(directory, site);
        var provider = app.Configuration[SettingKeys.Provider] + (simulator is null ? "" : " (simulated, started beside)");
        var addresses = new LiveAddresses(site, directory, app.Services.GetRequiredService<ApiKeyFile>().Path, provider, logFile);
        Announce(output, addresses);

        await WaitAsync(app, addresses, time, cancellationToken);
        if (live)
            await output.WriteLineAsync("Stopping: finishing what is in hand…");
        await app.StopAsync(CancellationToken.None);
        await output.WriteLineAsync("Stopped.");
        return ExitCodes.Success;
    }

    private WebApplication Build(WebApplicationBuilder builder, string logFile)
    {
        if (builder.Configuration[SettingKeys.Provider] is null)
            builder.Services.AddSingleton(ProviderIdentity.BuiltInSimulator);
        Role.Add(builder);
        if (live)
        {
            builder.LogToFile(logFile);
        }
        else
        {
            builder.LogToConsole();
            builder.Services.AddHostedService<SummaryReporter>();
        }
        return builder.Build();
    }

    /// <summary>The provider first: where that is refused, nothing else has changed.</summary>
    private static async Task<TimeSpan> AgreeAsync(WebApplication app, TextWriter output, CancellationToken cancellationToken)
    {
        var store = app.Services.GetRequiredService<ISettingStore>();
        var accept = app.Configuration.GetValue<bool>(SettingKeys.AcceptProvider);
        var provider = app.Services.GetRequiredService<ProviderIdentity>();
        await AgreementAtStart.ReachProviderAsync(store, provider, accept, "add --accept-provider to go on with this one", output, cancellationToken);
        return await AgreementAtStart.ReachSeedingAsync(store, app.Configuration, app.Services.GetRequiredService<SeedingOptions>(), output, cancellationToken);
    }

    private static async Task<SimulatorChild> StartSimulatorAsync(WebApplication app, TimeProvider time, CancellationToken cancellationToken)
    {
        var options = app.Services.GetRequiredService<UpOptions>();
        // Room beyond the range, for influencers that are added by hand: Mockstagram itself knows a million.
        var count = Math.Max(1_000_000, options.Influencers ?? 0);
        List<string> arguments =
        [
            "--first-id", options.FirstId.ToString(CultureInfo.InvariantCulture), "--count", count.ToString(CultureInfo.InvariantCulture), "--walk", "lifelike",
            .. CommandLineParser.SplitCommandLine(options.SimulatorArguments),
        ];
        var simulator = new SimulatorChild(SimulatorChild.OwnCommand(), arguments, time);
        try
        {
            await simulator.StartAsync(cancellationToken);
            return simulator;
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
    }

    private static async Task ReachRosterAsync(IServiceProvider services, TextWriter output, CancellationToken cancellationToken)
    {
        var roster = services.GetRequiredService<UpRoster>();
        if (await roster.DecideAsync(services.GetRequiredService<UpOptions>(), cancellationToken) is not { } target)
            return;
        var change = await roster.ApplyAsync(target, progress: null, cancellationToken);
        if (change.Added == 0 && change.Removed == 0)
            return;
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Roster: {change.Added:#,0} influencers added, {change.Removed:#,0} removed."));
    }

    private static async Task ForecastAsync(IServiceProvider services, TimeSpan interval, TextWriter output, CancellationToken cancellationToken)
    {
        var counts = await services.GetRequiredService<IRosterStore>().CountRosterAsync(cancellationToken);
        await output.WriteLineAsync(DiskForecast.Describe(
            counts.Tracked, interval, services.GetRequiredService<EmbeddedOptions>().RawRetention,
            await services.GetRequiredService<IStoreStatus>().GetStatusAsync(cancellationToken)));
    }

    private void Announce(TextWriter output, LiveAddresses addresses)
    {
        if (live)
            return;
        output.WriteLine($"Listening on {addresses.Site.GetLeftPart(UriPartial.Authority)}  (API reference: {new Uri(addresses.Site, "docs")})");
        output.WriteLine($"Data directory: {addresses.DataDirectory}  (API key in {addresses.KeyFile})");
        output.WriteLine($"Provider: {addresses.Provider}");
    }

    private async Task WaitAsync(WebApplication app, LiveAddresses addresses, TimeProvider time, CancellationToken cancellationToken)
    {
        // A worker whose failure stops the host ends the wait as well.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
        if (live)
        {
            var warnings = app.Services.GetRequiredService<RecentWarnings>();
            var report = app.Services.GetRequiredService<PipelineReport>();
            await new LiveStatus(AnsiConsole.Console, report, app.Services.GetRequiredService<ProcessReadiness>(), warnings, addresses, time).RunAsync(stop.Token);
        }
        else
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        if (!cancellationToken.IsCancellationRequested)
            throw new CommandFailedException(ExitCodes.Failure, live ? $"A part of the program failed and stopped it; see {addresses.LogFile}." : "A part of the program failed and stopped it; see the log above.");
    }
}
