using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Processes;
using InfluencerAnalytics.Host.Roles;
using InfluencerAnalytics.Host.Status;

namespace InfluencerAnalytics.Host.Commands.Hosting;

/// <summary>One run of a role alone.</summary>
/// <param name="onEmbedded">What the role alone can and cannot do on embedded storage.</param>
internal sealed class RoleRunner(IRole role, string onEmbedded, HostSettings settings)
{
    public async Task<int> RunAsync(TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var builder = HostBuilding.CreateBuilder(settings, error, role.Kind);
        // Before the directory: a start that is refused for its address leaves none behind.
        var listen = role.IsServer ? PortProbe.CheckConfigured(builder.Configuration) : null;
        var layout = StorageLayout.Of(builder.Configuration, role.Kind);
        var directory = layout.UsesDirectory ? DataDirectoryPath.Prepare(builder.Configuration) : null;
        builder.LogToConsole();
        role.Add(builder);
        builder.Services.AddHostedService<SummaryReporter>();
        await output.WriteLineAsync(Describe(layout, directory));

        await using var app = builder.Build();
        await role.PrepareAsync(app.Services, output, cancellationToken);
        role.Map(app);
        app.Urls.Add(listen?.ToString() ?? builder.Configuration[SettingKeys.Listen] ?? "http://127.0.0.1:0");
        await app.StartAsync(cancellationToken);
        var site = app.Urls.First();
        using var running = listen is null || directory is null ? null : RunningFile.Write(directory, listen.WithPortOf(app.Urls).Local);
        await output.WriteLineAsync(listen is null ? $"{role.Kind.Command} runs; health on {site}/health/ready" : $"Listening on {site}");

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellationToken.IsCancellationRequested)
            throw new CommandFailedException(ExitCodes.Failure, "A part of the program failed and stopped it; see the log above.");
        await app.StopAsync(CancellationToken.None);
        await output.WriteLineAsync("Stopped.");
        return ExitCodes.Success;
    }

    private string Describe(StorageLayout layout, string? directory) => layout switch
    {
        { Store: StoreKind.Embedded } => $"Embedded storage in {directory}: this process alone uses it. {onEmbedded}",
        { Spools: true } => $"Queues on SQS, store in PostgreSQL. What is read while SQS is away waits in {directory}: this process alone uses it, and finds it again after a crash.",
        _ => "Queues on SQS, store in PostgreSQL; no data directory.",
    };
}
