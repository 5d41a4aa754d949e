namespace InfluencerAnalytics.Queues;

/// <summary>Limits that every adapter keeps, so that a message written on one can be carried by another.</summary>
public static class QueueLimits
{
    /// <summary>256 KiB: the limit of SQS for a message and for a batch of them (older installations).</summary>
    public const int MaxBodyBytes = 256 * 1024;

    /// <summary>64 KiB: what SQS bills as one request, and so the size that a data-point message stays within.</summary>
    public const int BilledUnitBytes = 64 * 1024;

    /// <summary>SQS: a call sends, receives, deletes or hides at most 10 messages.</summary>
    public const int MaxEntries = 10;

    /// <summary>SQS: a message is visible again at most 12 h after its receive.</summary>
    public static readonly TimeSpan MaxVisibility = TimeSpan.FromHours(12);

    /// <summary>SQS: long polling waits at most 20 s.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);
}
