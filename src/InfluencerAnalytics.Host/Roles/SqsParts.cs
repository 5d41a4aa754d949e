using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Spooling;
using InfluencerAnalytics.Sqs;
using InfluencerAnalytics.Sqs.Queues;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>Queues on SQS beside the store of a data directory: what is spooled while SQS is away, and the dead letters, are in that directory.</summary>
internal static class SqsParts
{
    // Visibility counts in whole seconds there, and a lease needs three.
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(5);

    /// <summary>Puts SQS in the place of the embedded queues when the configuration says so. To be called once these are added.</summary>
    /// <exception cref="CommandFailedException">The interval is too short for SQS.</exception>
    public static void AddConfiguredQueues(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<StorageOptions>();
        builder.Services.AddValidatedOptions<SpoolOptions>();
        if (builder.Configuration.GetSection(StorageOptions.Section).Get<StorageOptions>()?.Queue != QueueKind.Sqs)
            return;
        if (builder.Configuration.GetValue<TimeSpan?>(SettingKeys.Interval) is { } interval && interval < ShortestInterval)
            throw new CommandFailedException(ExitCodes.InvalidInput, $"{SettingKeys.Interval}: an interval of {interval.TotalSeconds} s is too short for SQS, which counts in whole seconds: 5s is the shortest.");
        builder.Services.AddSqsQueues();
        builder.Services.AddSingleton(static provider => new SpoolingQueues(
            provider.GetRequiredService<SqsQueues>(), provider.GetRequiredService<EmbeddedDatabase>().Queues, provider.GetRequiredService<EmbeddedDatabase>().ShardMemory,
            provider.GetRequiredService<SpoolOptions>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SpoolingQueues>>()));
        builder.Services.AddSingleton<IMessageQueues>(static provider => provider.GetRequiredService<SpoolingQueues>());
        builder.Services.AddSingleton<IDeadLetters>(static provider => new QueueDeadLetters(
            provider.GetRequiredService<SpoolingQueues>(), provider.GetRequiredService<EmbeddedDatabase>().DeadLetters));
        builder.Services.AddSingleton<SpoolStatistics>();
        builder.Services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<SpoolingQueues>().NewDrain(
            provider.GetRequiredService<SpoolStatistics>(), provider.GetRequiredService<WorkerHealth>(), provider.GetRequiredService<ILogger<SpoolDrain>>()));
    }
}
