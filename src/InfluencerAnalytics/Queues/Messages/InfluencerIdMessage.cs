using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Queues.Messages;

/// <summary>What a message of <see cref="QueueNames.InfluencerIdStore"/> can be.</summary>
internal abstract record InfluencerIdMessage
{
    private InfluencerIdMessage()
    {
    }

    /// <summary>A shard, to be fetched and re-armed.</summary>
    public sealed record ShardVisit(Shard Shard) : InfluencerIdMessage;

    /// <summary>Ids of one slot that failed before, to be tried until the slot is over; never re-armed.</summary>
    public sealed record Retry(RetryRequest Request) : InfluencerIdMessage;

    /// <summary>An influencer to add to the roster, from outside.</summary>
    public sealed record AddInfluencer(long InfluencerId) : InfluencerIdMessage;

    /// <summary>Of a version that this program does not know yet: a newer one wrote it, and will read it.</summary>
    public sealed record OfNewerVersion(long Version) : InfluencerIdMessage;

    /// <summary>Not a message of any version; for the dead letters.</summary>
    public sealed record Unreadable(string Reason) : InfluencerIdMessage;
}
