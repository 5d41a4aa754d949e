using System.Runtime.InteropServices;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Tables;

namespace InfluencerAnalytics.Leaderboard;

/// <summary>The latest data point of an influencer: 37 bytes, packed, since padding would cost 3 MB for a million.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct LatestRow : IInfluencerRow
{
    public long Id { get; set; }

    public long Followers;
    public long Following;
    public long Slot;

    // Retrieval minus slot: a reading further than 24 days from its slot would show as 24 days.
    private int _retrievedAfterMs;
    private InfluencerStatus _status;

    public readonly InfluencerStatus Status => _status;

    /// <summary>Whether it takes part in ranks and averages: on the roster, with at least one data point.</summary>
    public readonly bool IsRanked => Slot > 0 && _status.IsOnRoster();

    public readonly LatestPoint ToPoint() =>
        new(Id, Followers, Following, Slot, Slot == 0 ? 0 : Slot + _retrievedAfterMs, _status);

    /// <summary>Takes over a change. The status is always the newer one; a point never goes back in slot.</summary>
    public void Take(in LatestPoint change)
    {
        _status = change.Status;
        if (change.Slot <= 0 || change.Slot < Slot)
            return;
        Followers = change.FollowerCount;
        Following = change.FollowingCount;
        Slot = change.Slot;
        _retrievedAfterMs = (int)Math.Clamp(change.RetrievedAt - change.Slot, int.MinValue, int.MaxValue);
    }
}
