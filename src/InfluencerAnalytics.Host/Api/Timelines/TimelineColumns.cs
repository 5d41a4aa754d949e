using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Ranks;
using Microsoft.Extensions.ObjectPool;

namespace InfluencerAnalytics.Host.Api.Timelines;

/// <summary>The rows of a timeline as columns of equal length, kept for reuse. Used by one request at a time.</summary>
internal sealed class TimelineColumns
{
    // 1,500 points, the most that "auto" gives, fit; longer ones are let go.
    private const int MaxKept = 2048;

    private static readonly ObjectPool<TimelineColumns> Pool = new DefaultObjectPool<TimelineColumns>(new Policy(), 64);

    private long[] _times = new long[128];
    private long[] _followers = new long[128];
    private long[] _following = new long[128];
    private long[] _followerMins = new long[128];
    private long[] _followerMaxs = new long[128];

    private TimelineColumns()
    {
    }

    public int Count { get; private set; }

    /// <summary>Epoch milliseconds, ascending: of the slot, or where the roll-up begins.</summary>
    public ReadOnlySpan<long> Times => _times.AsSpan(0, Count);

    /// <summary>The follower count; of a roll-up the last one.</summary>
    public ReadOnlySpan<long> Followers => _followers.AsSpan(0, Count);

    public ReadOnlySpan<long> Following => _following.AsSpan(0, Count);

    public ReadOnlySpan<long> FollowerMins => _followerMins.AsSpan(0, Count);

    public ReadOnlySpan<long> FollowerMaxs => _followerMaxs.AsSpan(0, Count);

    /// <summary>Of days: the ranks that are known, ascending.</summary>
    public List<DayRank> Ranks { get; } = [];

    public static TimelineColumns Rent() => Pool.Get();

    public static void Return(TimelineColumns columns) => Pool.Return(columns);

    public void Clear()
    {
        Count = 0;
        Ranks.Clear();
    }

    /// <summary>Adds points that come after all before, one row each or rolled up to <paramref name="stepMs"/>.</summary>
    public void Add(IReadOnlyList<DataPoint> points, long stepMs)
    {
        for (var i = 0; i < points.Count; i++)
        {
            var point = points[i];
            Add(stepMs == 0 ? point.Slot : point.Slot - point.Slot % stepMs, point.FollowerCount, point.FollowingCount, point.FollowerCount, point.FollowerCount);
        }
    }

    public void Add(IReadOnlyList<Rollup> rollups)
    {
        foreach (var rollup in rollups)
            Add(rollup.Start, rollup.Followers.Last, rollup.Following.Last, rollup.Followers.Min, rollup.Followers.Max);
    }

    private void Add(long time, long followers, long following, long followerMin, long followerMax)
    {
        if (Count > 0 && _times[Count - 1] == time)
        {
            var last = Count - 1;
            _followerMins[last] = Math.Min(_followerMins[last], followerMin);
            _followerMaxs[last] = Math.Max(_followerMaxs[last], followerMax);
            _followers[last] = followers;
            _following[last] = following;
            return;
        }
        if (Count == _times.Length)
            Grow();
        _times[Count] = time;
        _followers[Count] = followers;
        _following[Count] = following;
        _followerMins[Count] = followerMin;
        _followerMaxs[Count] = followerMax;
        Count++;
    }

    private void Grow()
    {
        var length = _times.Length * 2;
        Array.Resize(ref _times, length);
        Array.Resize(ref _followers, length);
        Array.Resize(ref _following, length);
        Array.Resize(ref _followerMins, length);
        Array.Resize(ref _followerMaxs, length);
    }

    private sealed class Policy : PooledObjectPolicy<TimelineColumns>
    {
        public override TimelineColumns Create() => new();

        public override bool Return(TimelineColumns obj)
        {
            obj.Clear();
            return obj._times.Length <= MaxKept && obj.Ranks.Capacity <= MaxKept;
        }
    }
}
