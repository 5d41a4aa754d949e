using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Spooling;
using InfluencerAnalytics.Sqs;
using InfluencerAnalytics.Sqs.Queues;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>Queues on SQS beside the store of a data directory: what is spooled while SQS is away, and the dead letters, are in that directory.</summary>
internal static class SqsParts
{
    /// <summary>Puts SQS in the place of the embedded queues when the configuration says so. To be called once these are added.</summary>
    public static void AddConfiguredQueues(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<StorageOptions>();
        builder.Services.AddValidatedOptions<SpoolOptions>();
        if (builder.Configuration.GetSection(StorageOptions.Section).Get<StorageOptions>()?.Queue != QueueKind.Sqs)
            return;
        builder.Services.AddSqsQueues();
        builder.Services.AddSingleton(static provider => new SpoolingQueues(
            provider.GetRequiredService<SqsQueues>(), provider.GetRequiredService<EmbeddedDatabase>().Queues, provider.GetRequiredService<EmbeddedDatabase>().ShardMemory,
            provider.GetRequiredService<SpoolOptions>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SpoolingQueues>>()));
        builder.Services.AddSingleton<IMessageQueues>(static provider => provider.GetRequiredService<SpoolingQueues>());
        builder.Services.AddSingleton<IDeadLetters>(static provider => new QueueDeadLetters(
            provider.GetRequiredService<SpoolingQueues>(), provider.GetRequiredService<EmbeddedDatabase>().DeadLetters));
        builder.Services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<SpoolingQueues>().NewDrain(
            provider.GetRequiredService<WorkerHealth>(), provider.GetRequiredService<ILogger<SpoolDrain>>()));
    }
}
