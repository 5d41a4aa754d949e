using System.Runtime.InteropServices;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Tables;

namespace InfluencerAnalytics.Embedded.Influencers;

/// <summary>What is held in memory of one influencer. 64 bytes, so that taking in a point touches one cache line of it.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct InfluencerRow : IInfluencerRow
{
    public long Id { get; set; }

    public long FollowerCount;
    public long FollowingCount;
    public long RetrievedAt;

    /// <summary>Rises with every change that <c>ReadLatestChangesAsync</c> reports; no two rows have the same.</summary>
    public long ChangeVersion;

    /// <summary>The roster version of the last addition or removal; 0 when it never was in the roster.</summary>
    public long RosterVersion;

    /// <summary>Slot of the latest point in seconds; 0 when there is none.</summary>
    public uint SlotSeconds;

    /// <summary>
    /// For a tracked one, since when it is tracked: the first slot that counts it is not before. For a gone one, the first slot in which it
    /// is tried again. Both in seconds, and one field, so that the row stays at 64 bytes.
    /// </summary>
    public uint FromSeconds;

    /// <summary>Of the username last written; 0 when none was.</summary>
    public uint NameHash;

    public InfluencerStatus Status;

    /// <summary>Slots of "not found" in a row; while it is not 0, <see cref="Standings"/> has more.</summary>
    public byte NotFoundCount;

    /// <summary>Something is kept of it beside what stands here: imported roll-ups.</summary>
    public bool IsKnown;

    /// <summary>A row that a failed write left behind: nothing is known of the influencer.</summary>
    public readonly bool IsBlank => Status == InfluencerStatus.Unknown && SlotSeconds == 0 && RosterVersion == 0 && NameHash == 0 && !IsKnown;

    /// <summary>Not in the roster, and without a reading.</summary>
    public readonly bool IsUnread => Status == InfluencerStatus.Unknown && SlotSeconds == 0;

    /// <summary>Not in the roster and never was, with readings all the same.</summary>
    public readonly bool IsForeign => Status == InfluencerStatus.Unknown && SlotSeconds != 0;

    /// <summary>In the roster: tracked or gone.</summary>
    public readonly bool IsOnRoster => Status.IsOnRoster();

    /// <summary>For a gone one, the first slot in which it is tried again, in seconds; else 0.</summary>
    public readonly uint NextTrySeconds => Status == InfluencerStatus.Gone ? FromSeconds : 0;

    public readonly long Slot => SlotSeconds * 1000L;
}
