using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>The storage of a data directory that no other process uses, opened for one command.</summary>
internal sealed class DirectStorage : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _maintenance;

    private DirectStorage(WebApplication app)
    {
        _app = app;
        // Without its upkeep a long import would neither be synced nor rolled up until the next 'up'.
        _maintenance = app.Services.GetRequiredService<EmbeddedDatabase>().RunMaintenanceAsync(_closing.Token);
    }

    public IServiceProvider Services => _app.Services;

    /// <exception cref="CommandFailedException">The configuration is wrong or the directory cannot be had.</exception>
    public static async Task<DirectStorage> OpenAsync(HostSettings settings, TextWriter warnings, CancellationToken cancellationToken)
    {
        var builder = HostBuilding.CreateBuilder(settings, warnings);
        DataDirectoryPath.Prepare(builder.Configuration);
        builder.Logging.ClearProviders();
        builder.AddStorage();
        var app = builder.Build();
        try
        {
            // Nothing else is started: no worker, no web server.
            await app.Services.GetRequiredService<IRosterStore>().CountRosterAsync(cancellationToken);
            return new DirectStorage(app);
        }
        catch
        {
            await app.DisposeAsync();
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
