using System.CommandLine;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Processes;
using InfluencerAnalytics.Host.Roles;
using InfluencerAnalytics.Host.Status;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Host.Commands;

/// <summary>One role alone in a process.</summary>
internal static class RoleCommand
{
    public static RoleText SeederText { get; } = new(
        "Run the seeder alone: cuts the roster into shards, again every few days.",
        "Seeds the roster in the data directory into its queue; nobody fetches it until 'up' or 'fetch' has the directory.");

    public static RoleText FetchText { get; } = new(
        "Run the fetcher alone: asks the provider for every influencer once per interval.",
        "Fetches what was seeded and puts the readings into the queue in the data directory; they wait there until 'up' or 'ingest' has the directory.");

    public static RoleText IngestText { get; } = new(
        "Run the ingester alone: moves readings from their queue into the store.",
        "Stores the readings that wait in the data directory's queue; no new ones come while it has the directory.");

    public static RoleText ServeText { get; } = new(
        "Run the API alone: serves what is stored.",
        "Serves what is stored in the data directory; nothing is fetched while it has the directory.");

    public static Command Create(string name, RoleSet role, RoleText text)
    {
        var host = new HostOptionsGroup();
        var listen = UpCommand.ListenOption();
        var provider = UpCommand.ProviderOption("The provider's address. [default: http://127.0.0.1:3000]");
        var accept = UpCommand.AcceptProviderOption();
        var command = new DocumentedCommand(name, text.Description, Notes(name, text));
        if (role == RoleSet.Api)
            command.Options.Add(listen);
        if (role == RoleSet.Fetcher)
        {
            command.Options.Add(provider);
            command.Options.Add(accept);
        }
        host.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(
            name,
            role,
            text,
            host.Read(
                result,
                (SettingKeys.Listen, role == RoleSet.Api ? result.GetValue(listen) : null),
                (SettingKeys.Provider, role == RoleSet.Fetcher ? result.GetValue(provider)?.ToString() : null),
                (SettingKeys.AcceptProvider, role == RoleSet.Fetcher && result.GetValue(accept) ? "true" : null)),
            result.InvocationConfiguration.Output,
            result.InvocationConfiguration.Error,
            cancellationToken));
        return command;
    }

    private static string Notes(string name, RoleText text) =>
        $"""
        On embedded storage one process at a time owns the data directory, so a role alone is for special occasions:
        {text.OnEmbedded}
        'up' runs all roles together and is what you want otherwise.

        Example:
          influencer-analytics {name} --data /var/lib/influencers
        {ExitCodes.Help}
        """;

    private static async Task<int> RunAsync(
        string name, RoleSet role, RoleText text, HostSettings settings, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var builder = HostBuilding.CreateBuilder(settings, error);
        // Before the directory: a start that is refused for its address leaves none behind. A role without an API still answers for its health, on any
        // free port unless configured.
        var listen = role == RoleSet.Api ? PortProbe.CheckConfigured(builder.Configuration) : null;
        var directory = DataDirectoryPath.Prepare(builder.Configuration);
        builder.LogToConsole();
        builder.AddRoles(role);
        builder.Services.AddHostedService<SummaryReporter>();
        await output.WriteLineAsync($"Embedded storage in {directory}: this process alone uses it. {text.OnEmbedded}");

        await using var app = builder.Build();
        if (role == RoleSet.Fetcher)
            await ReachProviderAsync(app.Services, output, cancellationToken);
        app.MapRoles(role);
        app.Urls.Add(listen?.ToString() ?? builder.Configuration[SettingKeys.Listen] ?? "http://127.0.0.1:0");
        await app.StartAsync(cancellationToken);
        var site = app.Urls.First();
        using var running = listen is null ? null : RunningFile.Write(directory, listen.WithPortOf(app.Urls).Local);
        await output.WriteLineAsync(listen is null ? $"{name} runs; health on {site}/health/ready" : $"Listening on {site}");

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellationToken.IsCancellationRequested)
            throw new CommandFailedException(ExitCodes.Failure, "A part of the program failed and stopped it; see the log above.");
        await app.StopAsync(CancellationToken.None);
        await output.WriteLineAsync("Stopped.");
        return ExitCodes.Success;
    }

    // A fetcher never needs the store in order to start: while it is away, the fetcher itself looks as soon as it can.
    private static async Task ReachProviderAsync(IServiceProvider services, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            await AgreementAtStart.ReachProviderAsync(
                services.GetRequiredService<IRosterStore>(), services.GetRequiredService<ProviderIdentity>(),
                services.GetRequiredService<ProviderOptions>().Accept, "add --accept-provider to go on with this one", output, cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            await output.WriteLineAsync($"Whose readings the store holds cannot be read yet: {exception.Message}");
        }
    }
}

/// <param name="Description">For the list of commands.</param>
/// <param name="OnEmbedded">What the role alone can and cannot do on embedded storage.</param>
internal sealed record RoleText(string Description, string OnEmbedded);
