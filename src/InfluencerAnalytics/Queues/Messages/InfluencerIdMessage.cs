using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Queues.Messages;

/// <summary>What a message of <see cref="QueueNames.InfluencerIdStore"/> can be.</summary>
internal abstract record InfluencerIdMessage
{
    private InfluencerIdMessage()
    {
    }

    /// <summary>A shard, to be fetched and re-armed.</summary>
    public sealed record WholeShard(Shard Shard) : InfluencerIdMessage;

    /// <summary>Ids of one slot that failed before, to be tried until the slot is over; never re-armed for another.</summary>
    /// <param name="Slot">In epoch milliseconds.</param>
    /// <param name="Until">When the slot is over for these ids, in epoch milliseconds.</param>
    /// <param name="Visit">Which visit of the slot this asks for: 2 for the first after the shard's own.</param>
    /// <param name="Interval">The resolution of the slot.</param>
    /// <param name="Reason">Why the last visit failed: what is reported when no time is left.</param>
    /// <param name="Ids">At least one.</param>
    public sealed record Retry(long Slot, long Until, int Visit, TimeSpan Interval, MissReason Reason, IReadOnlyList<long> Ids) : InfluencerIdMessage;

    /// <summary>An influencer to add to the roster, from outside.</summary>
    public sealed record AddInfluencer(long InfluencerId) : InfluencerIdMessage;

    /// <summary>Of a version that this program does not know yet: a newer one wrote it, and will read it.</summary>
    public sealed record OfNewerVersion(long Version) : InfluencerIdMessage;

    /// <summary>Not a message of any version; for the dead letters.</summary>
    public sealed record Unreadable(string Reason) : InfluencerIdMessage;
}
