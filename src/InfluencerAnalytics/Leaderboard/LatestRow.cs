using System.Runtime.InteropServices;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;
using InfluencerAnalytics.Tables;

namespace InfluencerAnalytics.Leaderboard;

/// <summary>The latest data point of an influencer and the newest verdict on it: 46 bytes, packed, since padding would cost 2 MB for a million.</summary>
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
    private Verdict _verdict;
    private long _checkedAt;

    private enum Verdict : byte
    {
        None,
        Clean,
        Suspicious,
    }

    public readonly InfluencerStatus Status => _status;

    /// <summary>Whether anything is known of it but a verdict.</summary>
    public readonly bool IsHeardOf => Slot > 0 || Status != InfluencerStatus.Unknown;

    /// <summary>Whether it takes part in ranks and averages: on the roster, with at least one data point.</summary>
    public readonly bool IsRanked => Slot > 0 && _status.IsOnRoster();

    /// <summary>Whether ranks can leave it out.</summary>
    public readonly bool IsRankedSuspicious => _verdict == Verdict.Suspicious && IsRanked;

    /// <summary>The newest verdict; null while it was never judged.</summary>
    public readonly bool? Suspicious => _verdict == Verdict.None ? null : _verdict == Verdict.Suspicious;

    /// <summary>When it was judged, in epoch milliseconds; null while it never was.</summary>
    public readonly long? CheckedAt => _verdict == Verdict.None ? null : _checkedAt;

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

    /// <summary>Takes over a verdict: what the store says last, also where that is an older one in place of one that a clock ahead had dated.</summary>
    public void Take(in SuspicionFlag flag)
    {
        _verdict = flag.IsSuspicious ? Verdict.Suspicious : Verdict.Clean;
        _checkedAt = flag.CheckedAt;
    }
}
