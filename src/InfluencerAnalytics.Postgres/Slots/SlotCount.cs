using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Postgres.Slots;

/// <summary>By how much one write changes the counts of one slot. Not safe for concurrent use.</summary>
internal sealed class SlotCount
{
    public long Stored { get; set; }

    public long Covered { get; set; }

    public Int128 FollowerSum { get; set; }

    public Int128 FollowingSum { get; set; }

    public SortedDictionary<MissReason, long> Missed { get; } = [];

    public void Miss(MissReason reason, long count) => Missed[reason] = Missed.GetValueOrDefault(reason) + count;
}
