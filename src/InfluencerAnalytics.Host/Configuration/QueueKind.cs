namespace InfluencerAnalytics.Host.Configuration;

/// <summary>What stands behind the queues.</summary>
internal enum QueueKind
{
    /// <summary>The data directory.</summary>
    Embedded,

    /// <summary>AWS SQS, or what speaks its protocol; see the section "Sqs".</summary>
    Sqs,
}
