using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Pipeline.Fetching.Control;
using InfluencerAnalytics.Pipeline.Holds;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>Composes the fetcher's role. It needs a queue, a store and a provider.</summary>
public static class FetchingServiceCollectionExtensions
{
    public static IServiceCollection AddFetching(this IServiceCollection services)
    {
        services.AddValidatedOptions<FetchingOptions>();
        services.AddPipelineCore();
        services.AddRosterOfFetcher(provider => provider.GetRequiredService<FetchingOptions>().RosterRefresh);
        services.AddSingleton<ClockGuard>();
        services.AddSingleton(provider => provider.GetRequiredService<FetchingOptions>().Limits);
        services.AddSingleton<ProviderControl>();
        services.AddSingleton<ProviderGate>();
        services.TryAddSingleton<QueuePatience>();
        services.AddSingleton<ReadingPublisher>();
        services.AddSingleton(static provider => ActivatorUtilities.CreateInstance<MessageSettler>(provider, QueueNames.InfluencerIdStore));
        services.AddSingleton<RetryRule>();
        services.AddSingleton<SlotFetch>();
        services.AddSingleton<Visitor>();
        services.AddSingleton(static provider => new Visits(
            provider.GetRequiredService<HoldKeeper>(), provider.GetRequiredService<MessageSettler>(), provider.GetRequiredService<FetchingOptions>().MaxIdsInHand, VisitSpan.Begin,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Visits>>()));
        services.AddSingleton<MessageSorter>();
        services.AddSingleton<FetchConditions>();
        services.AddHostedSingleton<FetchEngine>();
        services.AddHostedSingleton(NewHoldKeeper);
        services.AddHostedSingleton<Fetcher>();
        return services;
    }

    private static HoldKeeper NewHoldKeeper(IServiceProvider provider)
    {
        var roster = provider.GetRequiredService<RosterView>();
        return new HoldKeeper(
            "fetch holds", provider.GetRequiredService<IMessageQueues>().Get(QueueNames.InfluencerIdStore), () => roster.Interval,
            provider.GetRequiredService<WorkerHealth>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<HoldKeeper>>());
    }
}
