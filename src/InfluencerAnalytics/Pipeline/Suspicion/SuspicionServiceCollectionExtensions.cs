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
    /// <param name="services">Added to.</param>
    /// <param name="isAllThereIs">Whether the process has no other work, and is unready without the lane's queue.</param>
    public static IServiceCollection AddSuspicion(this IServiceCollection services, bool isAllThereIs)
    {
        services.AddValidatedOptions<SuspicionOptions>();
        services.AddPipelineCore();
        services.AddSuspicionLane(isAllThereIs);
        services.TryAddSingleton<ClockGuard>();
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
        services.AddSingleton(static provider => ActivatorUtilities.CreateInstance<CheckConditions>(provider, ActivatorUtilities.CreateInstance<ProviderCheck>(provider)));
        services.AddHostedSingleton<Classifier>();
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
