using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Sqs.Configuration;

/// <summary>
/// The queues on AWS SQS. Credentials are not here: they come by the standard chain of the AWS SDK (environment, profile, web identity, container, instance).
/// </summary>
public sealed record SqsOptions : IValidatedOptions
{
    // What SQS allows in a name, less the longest of ours.
    private const int MaxPrefixLength = 40;

    public static string Section => "Sqs";

    /// <summary>The region, such as "eu-central-1". Default null: as the standard chain has it (AWS_REGION, the profile, the instance).</summary>
    public string? Region { get; init; }

    /// <summary>Another endpoint than the region's: an emulator, or a VPC endpoint; an absolute http or https address. Default null.</summary>
    public Uri? ServiceUrl { get; init; }

    /// <summary>Stands before each queue's name, so that several deployments share an account. Default empty; at most 40 letters, digits, hyphens and underscores.</summary>
    public string QueuePrefix { get; init; } = "";

    /// <summary>
    /// The most bytes of a batch of messages. Default 262,144, the limit of every installation; newer ones take 1,048,576. SQS bills each started 64 KiB, so that more saves calls, not money.
    /// </summary>
    public int MaxBatchBytes { get; init; } = QueueLimits.MaxBodyBytes;

    /// <summary>
    /// How long one call may take, the wait of a long poll not counted. Default 3 s, 1 s to 1 min. So long a server that hangs is waited for before a fetcher goes on without it: at
    /// most a third of the interval, or slots are lost then.
    /// </summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The key of AWS KMS that "queues create" encrypts new queues with, by id or alias. Default null: a key of SQS's own (SSE-SQS).</summary>
    public string? KmsKeyId { get; init; }

    public void Validate(OptionsErrors errors)
    {
        if (Region is not null && (Region.Length == 0 || !Region.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')))
            errors.Add(nameof(Region), $"'{Region}' is not the name of a region, such as eu-central-1.");
        if (ServiceUrl is not null && !(ServiceUrl.IsAbsoluteUri && ServiceUrl.Scheme is "http" or "https"))
            errors.Add(nameof(ServiceUrl), $"'{ServiceUrl}' is not an absolute http or https address.");
        else if (ServiceUrl is { UserInfo.Length: > 0 })
            errors.Add(nameof(ServiceUrl), "holds a name or a password. Credentials come by the standard chain of the AWS SDK.");
        if (QueuePrefix.Length > MaxPrefixLength || !QueuePrefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            errors.Add(nameof(QueuePrefix), $"'{QueuePrefix}' must be at most {MaxPrefixLength} letters, digits, hyphens and underscores.");
        errors.Range(nameof(MaxBatchBytes), MaxBatchBytes, QueueLimits.MaxBodyBytes, 1024 * 1024);
        errors.Range(nameof(CallTimeout), CallTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        if (KmsKeyId is { Length: 0 })
            errors.Add(nameof(KmsKeyId), "is empty; leave it out for a key of SQS's own.");
    }
}
