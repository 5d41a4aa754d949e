using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Queues.Messages;

/// <summary>A message of <see cref="QueueNames.SuspicionChecks"/>.</summary>
internal abstract record SuspicionMessage
{
    private SuspicionMessage()
    {
    }

    /// <summary>Influencers to be judged once in a period.</summary>
    public sealed record WholeShard(SuspicionShard Shard) : SuspicionMessage;

    /// <summary>Of a version that this program does not know yet: a newer one wrote it, and will read it.</summary>
    public sealed record OfNewerVersion(long Version) : SuspicionMessage;

    /// <summary>Not a message of any version; for the dead letters.</summary>
    public sealed record Unreadable(string Reason) : SuspicionMessage;
}
