using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Sqs.Configuration;

namespace InfluencerAnalytics.Host.Configuration;

/// <summary>What queues on SQS need of the configuration beyond their own section.</summary>
internal static class SqsNeeds
{
    // Visibility counts in whole seconds there, and a hold needs three.
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(5);

    /// <summary>What is wrong, in words that name the key; nothing where the queues are not on SQS.</summary>
    /// <param name="storage">Says where the queues are.</param>
    /// <param name="seeding">Has the interval.</param>
    /// <param name="sqs">Says where SQS is.</param>
    /// <param name="regionProblem">Why no region is known, in words that follow the key; null when one is.</param>
    public static IEnumerable<string> Errors(StorageOptions storage, SeedingOptions seeding, SqsOptions sqs, Func<SqsOptions, string?> regionProblem)
    {
        if (storage.Queue != QueueKind.Sqs)
            yield break;
        if (seeding.Interval < ShortestInterval)
            yield return $"{SettingKeys.Interval}: an interval of {seeding.Interval.TotalSeconds} s is too short for SQS, which counts in whole seconds: {ShortestInterval.TotalSeconds}s is the shortest.";
        if (regionProblem(sqs) is { } problem)
            yield return $"{SqsOptions.Section}:{nameof(SqsOptions.Region)}: {problem}";
    }
}
