using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Pipeline.Watching;
using InfluencerAnalytics.Postgres;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Spooling;
using InfluencerAnalytics.Sqs;
using InfluencerAnalytics.Sqs.Queues;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>Puts behind the ports of store and queues what the layout of a process says. The rest of the program does not know what that is.</summary>
internal static class StorageParts
{
    /// <summary>The data directory, with its upkeep, where the process has one.</summary>
    public static void AddDirectory(this WebApplicationBuilder builder, StorageLayout layout)
    {
        if (!layout.UsesDirectory)
            return;
        builder.Services.AddEmbeddedDatabase();
        if (layout.Store != StoreKind.Embedded)
            builder.Services.AddHostedService<DirectoryWatch>();
    }

    /// <summary>The store, and the shelf that it has for dead letters.</summary>
    public static void AddStore(this WebApplicationBuilder builder, StorageLayout layout, HostedRole? role)
    {
        if (layout.Store == StoreKind.Embedded)
            AddEmbedded(builder.Services, role);
        else
            AddPostgres(builder.Services, role);
    }

    /// <summary>The queues and their dead letters. The store comes before them: queues elsewhere cannot keep dead letters themselves.</summary>
    public static void AddQueues(this WebApplicationBuilder builder, StorageLayout layout)
    {
        builder.Services.AddValidatedOptions<SpoolOptions>();
        if (layout.Queue == QueueKind.Embedded)
        {
            builder.Services.AddEmbeddedQueues();
            return;
        }
        builder.Services.AddSqsQueues();
        if (layout.Spools)
            AddSpool(builder.Services);
        builder.Services.AddSingleton<IDeadLetters>(static provider => new QueueDeadLetters(
            provider.GetRequiredService<IMessageQueues>(), provider.GetRequiredService<IDeadLetterShelf>()));
    }

    private static void AddSpool(IServiceCollection services)
    {
        services.AddSingleton(static provider => new SpoolingQueues(
            provider.GetRequiredService<SqsQueues>(), provider.GetRequiredService<EmbeddedDatabase>().Queues, provider.GetRequiredService<EmbeddedDatabase>().ShardMemory,
            provider.GetRequiredService<SpoolOptions>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SpoolingQueues>>()));
        services.AddSingleton<IMessageQueues>(static provider => provider.GetRequiredService<SpoolingQueues>());
        services.AddSingleton<SpoolMetrics>();
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<SpoolingQueues>().NewDrain(
            provider.GetRequiredService<SpoolMetrics>(), provider.GetRequiredService<WorkerHealth>(), provider.GetRequiredService<ILogger<SpoolDrain>>()));
    }

    private static void AddEmbedded(IServiceCollection services, HostedRole? role)
    {
        services.AddEmbeddedStore();
        // Whoever rolls up goes on with it: whatever process has the directory. A command that ends does not.
        if (role is not null)
            services.AddWatching();
    }

    private static void AddPostgres(IServiceCollection services, HostedRole? role)
    {
        services.AddPostgresStore();
        // Whoever stores keeps it in order.
        if (role == HostedRole.Up || role == HostedRole.Ingester)
            services.AddPostgresUpkeep().AddWatching();
    }
}
