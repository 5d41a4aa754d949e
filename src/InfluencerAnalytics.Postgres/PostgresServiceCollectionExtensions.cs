using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.DeadLetters;
using InfluencerAnalytics.Postgres.Ranks;
using InfluencerAnalytics.Postgres.Rollups;
using InfluencerAnalytics.Postgres.Seeding;
using InfluencerAnalytics.Postgres.Slots;
using InfluencerAnalytics.Postgres.Stores;
using InfluencerAnalytics.Postgres.Upkeep;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Postgres;

/// <summary>Puts PostgreSQL, with TimescaleDB where it has it, behind the store's ports.</summary>
public static class PostgresServiceCollectionExtensions
{
    /// <summary>Adds <see cref="IInfluencerStore"/> and <see cref="IDeadLetterShelf"/>, configured by the section "Postgres". The database is not asked before something is needed of it.</summary>
    public static IServiceCollection AddPostgresStore(this IServiceCollection services)
    {
        services.AddValidatedOptions<PostgresOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<WorkerHealth>();
        services.AddSingleton(static provider => new PostgresDatabase(provider.GetRequiredService<PostgresOptions>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<PostgresStore>();
        services.AddSingleton<IInfluencerStore>(static provider => provider.GetRequiredService<PostgresStore>());
        services.AddSingleton<IDeadLetterShelf>(static provider => new PostgresDeadLetterShelf(provider.GetRequiredService<PostgresDatabase>()));
        services.AddStorePorts();
        return services;
    }

    /// <summary>Adds what rolls up and drops, to the roles that store.</summary>
    public static IServiceCollection AddPostgresUpkeep(this IServiceCollection services)
    {
        services.AddSingleton(static provider => new RollupMaker(
            provider.GetRequiredService<PostgresDatabase>(), provider.GetRequiredService<PostgresStore>().Partitions, new Ages(provider.GetRequiredService<TimeProvider>())));
        services.AddSingleton(static provider => new SlotHourMaker(provider.GetRequiredService<PostgresDatabase>()));
        services.AddSingleton(static provider => new RankMaker(provider.GetRequiredService<PostgresDatabase>(), provider.GetRequiredService<PostgresStore>().Partitions));
        services.AddSingleton<Retention>();
        services.AddSingleton(static provider => new Leases(provider.GetRequiredService<PostgresDatabase>()));
        services.AddHostedService<UpkeepWorker>();
        return services;
    }
}
