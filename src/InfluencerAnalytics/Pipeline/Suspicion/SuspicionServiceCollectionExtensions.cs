using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Pipeline.Holds;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Pipeline.Suspicion.Seeding;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Suspicion;

/// <summary>Composes the classifier's role. It needs a queue, a store and a provider.</summary>
public static class SuspicionServiceCollectionExtensions
{
    public static IServiceCollection AddSuspicion(this IServiceCollection services)
    {
        services.AddValidatedOptions<SuspicionOptions>();
        services.AddPipelineCore();
        services.AddSeedingRequest();
        services.TryAddSingleton<QueuePatience>();
        services.TryAddSingleton<SuspicionMetrics>();
        services.AddSingleton<CheckGate>();
        services.AddSingleton<VerdictSink>();
        services.AddSingleton<SupersededChecks>();
        services.AddSingleton<CheckVisitor>();
        services.AddSingleton(NewVisits);
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<CheckVisits>().Holds);
        // With a look of its own at whose data these are: the fetcher's is looked at by the fetcher alone.
        services.AddHostedSingleton(static provider => ActivatorUtilities.CreateInstance<Classifier>(provider, ActivatorUtilities.CreateInstance<ProviderCheck>(provider)));
        return services;
    }

    private static CheckVisits NewVisits(IServiceProvider provider)
    {
        var (health, time) = (provider.GetRequiredService<WorkerHealth>(), provider.GetRequiredService<TimeProvider>());
        var queue = provider.GetRequiredService<IMessageQueues>().Get(QueueNames.SuspicionChecks);
        var holds = new HoldKeeper("suspicion holds", queue, static () => CheckVisits.HoldInterval, health, time, provider.GetRequiredService<ILogger<HoldKeeper>>());
        var settler = ActivatorUtilities.CreateInstance<MessageSettler>(provider, QueueNames.SuspicionChecks);
        var maxIds = CheckVisits.MaxIds(provider.GetRequiredService<SuspicionOptions>().MaxConcurrency);
        return new CheckVisits(holds, settler, new Visits(holds, settler, maxIds, static _ => null, time, provider.GetRequiredService<ILogger<Visits>>()));
    }
}
