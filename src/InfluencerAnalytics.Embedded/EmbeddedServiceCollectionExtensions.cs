using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded;

/// <summary>Puts the embedded queue and store behind their ports.</summary>
public static class EmbeddedServiceCollectionExtensions
{
    /// <summary>Adds <see cref="IMessageQueues"/>, <see cref="IInfluencerStore"/> and the upkeep behind them, configured by the section "Embedded".</summary>
    public static IServiceCollection AddEmbeddedStorage(this IServiceCollection services)
    {
        services.AddValidatedOptions<EmbeddedOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<WorkerHealth>();
        services.AddSingleton(static provider => EmbeddedDatabase.Open(
            provider.GetRequiredService<EmbeddedOptions>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton(static provider => provider.GetRequiredService<EmbeddedDatabase>().Queues);
        services.AddSingleton(static provider => provider.GetRequiredService<EmbeddedDatabase>().DeadLetters);
        services.AddSingleton(static provider => provider.GetRequiredService<EmbeddedDatabase>().Store);
        services.AddStorePorts();
        services.AddSingleton<IStoreBackup, EmbeddedBackup>();
        services.AddSingleton<IHostedService, MaintenanceService>();
        return services;
    }

    // Stopped together with the pipeline's services, which drain for some seconds more: what they write until then is synced when the database is closed, once all are stopped.
    private sealed class MaintenanceService(EmbeddedDatabase database, WorkerHealth health) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => database.RunMaintenanceAsync(health, stoppingToken);
    }
}
