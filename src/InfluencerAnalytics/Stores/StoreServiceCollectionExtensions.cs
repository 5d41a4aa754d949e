using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Processes;
using InfluencerAnalytics.Stores.Ranks;
using InfluencerAnalytics.Stores.Roster;
using InfluencerAnalytics.Stores.Slots;
using InfluencerAnalytics.Stores.Suspicion;
using Microsoft.Extensions.DependencyInjection;

namespace InfluencerAnalytics.Stores;

/// <summary>Composes the store's ports.</summary>
public static class StoreServiceCollectionExtensions
{
    /// <summary>Lets the registered <see cref="IInfluencerStore"/> stand behind each port of it, so that a part can ask for the one that it needs.</summary>
    public static IServiceCollection AddStorePorts(this IServiceCollection services)
    {
        services.AddSingleton<IDataPointStore>(static provider => provider.GetRequiredService<IInfluencerStore>());
        services.AddSingleton<IDayRankStore>(static provider => provider.GetRequiredService<IInfluencerStore>());
        services.AddSingleton<ILatestStore>(static provider => provider.GetRequiredService<IInfluencerStore>());
        services.AddSingleton<IRosterStore>(static provider => provider.GetRequiredService<IInfluencerStore>());
        services.AddSingleton<IGenerationStore>(static provider => provider.GetRequiredService<IInfluencerStore>());
        services.AddSingleton<ISlotStore>(static provider => provider.GetRequiredService<IInfluencerStore>());
        services.AddSingleton<ISuspicionStore>(static provider => provider.GetRequiredService<IInfluencerStore>());
        services.AddSingleton<IWatchStore>(static provider => provider.GetRequiredService<IInfluencerStore>());
        services.AddSingleton<ILeaseStore>(static provider => provider.GetRequiredService<IInfluencerStore>());
        services.AddSingleton<ISettingStore>(static provider => provider.GetRequiredService<IInfluencerStore>());
        services.AddSingleton<IProcessStore>(static provider => provider.GetRequiredService<IInfluencerStore>());
        services.AddSingleton<IStoreStatus>(static provider => provider.GetRequiredService<IInfluencerStore>());
        return services;
    }
}
