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

/// <summary>Puts the embedded queues and store behind their ports, both or either.</summary>
public static class EmbeddedServiceCollectionExtensions
{
    /// <summary>Adds the data directory and its upkeep, configured by the section "Embedded", with nothing of it behind a port.</summary>
    public static IServiceCollection AddEmbeddedDatabase(this IServiceCollection services)
    {
        services.AddValidatedOptions<EmbeddedOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<WorkerHealth>();
        services.AddSingleton(static provider => EmbeddedDatabase.Open(
            provider.GetRequiredService<EmbeddedOptions>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<IHostedService, MaintenanceService>();
        return services;
    }

    /// <summary>Puts its queues behind <see cref="IMessageQueues"/>, and their dead letters behind <see cref="IDeadLetters"/>.</summary>
    public static IServiceCollection AddEmbeddedQueues(this IServiceCollection services)
    {
        services.AddSingleton(static provider => provider.GetRequiredService<EmbeddedDatabase>().Queues);
        services.AddSingleton(static provider => provider.GetRequiredService<EmbeddedDatabase>().DeadLetters);
        return services;
    }

    /// <summary>Puts its store behind <see cref="IInfluencerStore"/> and each port of it. Its shelf takes the dead letters of queues that cannot keep any.</summary>
    public static IServiceCollection AddEmbeddedStore(this IServiceCollection services)
    {
        services.AddSingleton(static provider => provider.GetRequiredService<EmbeddedDatabase>().Store);
        services.AddStorePorts();
        services.AddSingleton<IDeadLetterShelf>(static provider => provider.GetRequiredService<EmbeddedDatabase>().DeadLetters);
        services.AddSingleton<IStoreBackup, EmbeddedBackup>();
        return services;
    }

    // Stopped together with the pipeline's services, which drain for some seconds more: what they write until then is synced when the database is closed, once all are stopped.
    private sealed class MaintenanceService(EmbeddedDatabase database, WorkerHealth health) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => database.RunMaintenanceAsync(health, stoppingToken);
    }
}
