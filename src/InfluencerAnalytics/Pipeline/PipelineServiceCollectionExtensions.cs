using InfluencerAnalytics.Working;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace InfluencerAnalytics.Pipeline;

/// <summary>Composes what the roles of the pipeline share.</summary>
public static class PipelineServiceCollectionExtensions
{
    /// <summary>Clock and its watch, health and metrics; registered once however many roles ask for them.</summary>
    public static IServiceCollection AddPipelineCore(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<WorkerHealth>();
        services.TryAddSingleton<PipelineMetrics>();
        services.TryAddSingleton<NewerMessages>();
        services.TryAddSingleton<DeploymentInterval>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ClockWatch>());
        return services;
    }

    /// <summary>A hosted service that others can ask for by its type.</summary>
    internal static IServiceCollection AddHostedSingleton<T>(this IServiceCollection services) where T : class, IHostedService
    {
        services.AddSingleton<T>();
        return services.AddAsHosted<T>();
    }

    /// <summary>As above, of one that is made by hand.</summary>
    internal static IServiceCollection AddHostedSingleton<T>(this IServiceCollection services, Func<IServiceProvider, T> make) where T : class, IHostedService
    {
        services.AddSingleton(make);
        return services.AddAsHosted<T>();
    }

    private static IServiceCollection AddAsHosted<T>(this IServiceCollection services) where T : class, IHostedService =>
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<T>());
}
