using System.Diagnostics.Metrics;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace InfluencerAnalytics.Host.Reporting;

/// <summary>Composes what says how a process is.</summary>
internal static class ReportServiceCollectionExtensions
{
    /// <summary>The report on the pipeline, readiness, and the figures behind both, of a process with or without the API. Registered once however many ask; the health of the pipeline is configured here, whoever registered it first.</summary>
    /// <param name="services">Added to.</param>
    /// <param name="silence">How long a worker may be silent before it is taken for dead, as configured.</param>
    public static IServiceCollection AddReports(this IServiceCollection services, Func<IServiceProvider, TimeSpan> silence)
    {
        services.Replace(ServiceDescriptor.Singleton(provider =>
            new WorkerHealth(provider.GetRequiredService<TimeProvider>(), provider.GetService<IMeterFactory>()) { Silence = silence(provider) }));
        services.TryAddSingleton<QueueMetrics>();
        services.TryAddSingleton<StoreMetrics>();
        services.TryAddSingleton<SlotMetrics>();
        services.TryAddSingleton<PipelineReport>();
        services.TryAddSingleton<ProcessReadiness>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, FigureRefresh>());
        return services;
    }
}
