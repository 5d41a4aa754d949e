using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>The storage opened for one command: a data directory that no other process uses, or what is elsewhere and shared.</summary>
internal sealed class DirectStorage : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _maintenance;

    private DirectStorage(WebApplication app)
    {
        _app = app;
        // Without its upkeep a long import would neither be synced nor rolled up until the next 'up'.
        _maintenance = app.Services.GetService<EmbeddedDatabase>()?.RunMaintenanceAsync(_closing.Token) ?? Task.CompletedTask;
    }

    public IServiceProvider Services => _app.Services;

    /// <exception cref="CommandFailedException">The configuration is wrong, the directory cannot be had, or a store elsewhere is away.</exception>
    public static async Task<DirectStorage> OpenAsync(HostSettings settings, TextWriter warnings, CancellationToken cancellationToken)
    {
        var builder = HostBuilding.CreateBuilder(settings, warnings);
        var layout = StorageLayout.Of(builder.Configuration, role: null);
        if (layout.UsesDirectory)
            DataDirectoryPath.Prepare(builder.Configuration);
        builder.Logging.ClearProviders();
        builder.AddStorage(role: null);
        var app = builder.Build();
        try
        {
            // Nothing else is started: no worker, no web server.
            await app.Services.GetRequiredService<IRosterStore>().CountRosterAsync(cancellationToken);
            return new DirectStorage(app);
        }
        catch (Exception exception)
        {
            await app.DisposeAsync();
            if (exception is StoreUnavailableException && layout.Store != StoreKind.Embedded)
                throw new CommandFailedException(ExitCodes.Failure, exception.Message, exception);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _maintenance.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
        _closing.Dispose();
    }
}
