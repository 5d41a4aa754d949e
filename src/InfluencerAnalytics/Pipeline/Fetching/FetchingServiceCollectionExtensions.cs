using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Pipeline.Fetching.Control;
using InfluencerAnalytics.Pipeline.Fetching.Holds;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Queues;
using Microsoft.Extensions.DependencyInjection;

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
        services.AddSingleton<QueuePatience>();
        services.AddSingleton<ReadingPublisher>();
        services.AddSingleton<MessageSettler>();
        services.AddSingleton<RetryRule>();
        services.AddSingleton<SlotFetch>();
        services.AddSingleton<Visitor>();
        services.AddSingleton<Visits>();
        services.AddSingleton<MessageSorter>();
        services.AddSingleton<FetchConditions>();
        services.AddHostedSingleton<FetchEngine>();
        services.AddHostedSingleton<HoldKeeper>();
        services.AddHostedSingleton<Fetcher>();
        return services;
    }
}
