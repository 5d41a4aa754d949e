using System.Diagnostics.Metrics;
using InfluencerAnalytics.Host.Api.Configuration;
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
    public static IServiceCollection AddReports(this IServiceCollection services)
    {
        services.Replace(ServiceDescriptor.Singleton(static provider =>
            new WorkerHealth(provider.GetRequiredService<TimeProvider>(), provider.GetService<IMeterFactory>()) { Silence = provider.GetRequiredService<ApiOptions>().WorkerSilence }));
        services.TryAddSingleton<QueueStatistics>();
        services.TryAddSingleton<StoreStatistics>();
        services.TryAddSingleton<SlotStatistics>();
        services.TryAddSingleton(static provider => ProcessIdentity.New("api", provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<OwnProcess>();
        services.TryAddSingleton<DeploymentProcesses>();
        services.TryAddSingleton<PipelineReport>();
        services.TryAddSingleton<Readiness>();
        services.TryAddSingleton<DeploymentReadiness>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, FigureRefresh>());
        return services;
    }

    /// <summary>Lets the other processes know how this one is, as a process that runs a role.</summary>
    /// <param name="services">Where to add it, before <see cref="AddReports"/>.</param>
    /// <param name="role">The role.</param>
    public static IServiceCollection AddProcessReport(this IServiceCollection services, string role)
    {
        services.AddSingleton(provider => ProcessIdentity.New(role, provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<ProcessReporter>();
        return services;
    }
}
