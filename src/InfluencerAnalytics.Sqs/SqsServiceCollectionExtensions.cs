using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Sqs.Configuration;
using InfluencerAnalytics.Sqs.Connection;
using InfluencerAnalytics.Sqs.Creation;
using InfluencerAnalytics.Sqs.Queues;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace InfluencerAnalytics.Sqs;

/// <summary>Puts AWS SQS behind the queues' port.</summary>
public static class SqsServiceCollectionExtensions
{
    /// <summary>Adds <see cref="IMessageQueues"/> and <see cref="QueueCreation"/>, configured by the section "Sqs". SQS is not asked before something is needed of it.</summary>
    public static IServiceCollection AddSqsQueues(this IServiceCollection services)
    {
        services.AddValidatedOptions<SqsOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ClockGuard>();
        services.TryAddSingleton<WorkerHealth>();
        services.AddSingleton<SqsConnection>();
        services.AddSingleton<SqsQueues>();
        services.AddSingleton<IMessageQueues>(static provider => provider.GetRequiredService<SqsQueues>());
        services.AddSingleton(static provider => new QueueCreation(provider.GetRequiredService<SqsConnection>()));
        services.AddHostedService<QueueInspector>();
        return services;
    }
}
