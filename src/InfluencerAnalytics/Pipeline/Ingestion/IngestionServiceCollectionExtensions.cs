using InfluencerAnalytics.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace InfluencerAnalytics.Pipeline.Ingestion;

/// <summary>Composes the ingester's role. It needs a queue and a store.</summary>
public static class IngestionServiceCollectionExtensions
{
    public static IServiceCollection AddIngestion(this IServiceCollection services)
    {
        services.AddValidatedOptions<IngestionOptions>();
        services.AddPipelineCore();
        services.AddHostedSingleton<SlotKeeper>();
        services.AddSingleton<IncomingReader>();
        services.AddSingleton<StoreWriter>();
        services.AddSingleton<DeadLetterWriter>();
        services.AddHostedSingleton<Ingester>();
        services.AddHostedSingleton<FutureWatch>();
        return services;
    }
}
