using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Suspicion;

/// <summary>
/// Follows one influencer's series hour by hour, as roll-ups close, and keeps a few hundred bytes of it: the changes of a week's hours, the greatest rise and the change of following of each of 30 days,
/// and up to four bursts. Nearly every hour is done with two logarithms; only where one rises out of the account's own rhythm are its minutes asked for. A gap is never evidence: a rise counts between
/// two readings at most half an hour apart, and is judged by readings that follow within hours, or not at all.
/// Not safe for concurrent use.
/// </summary>
public sealed class SuspicionWatch
{
    public const long HourMs = 3_600_000;

    /// <summary>How far before the hour the readings begin that <see cref="Open"/> wants: a burst may begin in the hour before.</summary>
    public const long OpenedBeforeMs = Limits.BurstMs;

    /// <summary>How far back an hour can still be told from what came after it: a burst is remembered for 30 days, and its rhythm is that of the week before it.</summary>
    public const long MemoryMs = (Limits.Days * 24L + Limits.RhythmHours) * HourMs;

    private const int HoursPerDay = 24;

    private readonly List<Burst> _bursts = new(Limits.Bursts);

    // What the last hours ended with that were folded, the newest last, whatever lay between: behind a gap they reach further back, and a rise is held against more.
    private readonly long[] _recent = new long[Limits.HoursBefore + 1];

    /// <summary>The last hour that was folded, in hours since 1970; -1 while there is none.</summary>
    internal long Hour { get; private set; } = -1;

    /// <summary>The counts that it ended with.</summary>
    internal long Followers { get; private set; }

    internal long Following { get; private set; }

    /// <summary>The following count that its day began with.</summary>
    internal long FollowingOfDay { get; private set; }

    internal Span<long> Recent => _recent;

    internal ChangeRing Hours { get; } = new(Limits.RhythmHours);

    /// <summary>The greatest rise of each day within an hour that was no burst.</summary>
    internal ChangeRing Rises { get; } = new(Limits.Days);

    /// <summary>The change of following of each day.</summary>
    internal ChangeRing FollowingDays { get; } = new(Limits.Days);

    /// <summary>Those that were judged and are sudden.</summary>
    internal IReadOnlyList<Burst> Bursts => _bursts;

    /// <summary>A burst that is not judged yet, since what comes after it is not known.</summary>
    internal Burst? Pending { get; private set; }

    /// <summary>Takes the next hour in. One that is not later than the last is passed over: late points change no opinion.</summary>
    /// <param name="hour">An hourly roll-up of this influencer.</param>
    /// <returns>Whether the hour looks unusual: then its readings are to be given to <see cref="Open"/> before the next hour.</returns>
    /// <exception cref="ArgumentException">The roll-up is no hour's.</exception>
    public bool Fold(in Rollup hour)
    {
        if (hour.Period != RollupPeriod.Hour)
            throw new ArgumentException("Only hours can be folded.", nameof(hour));
        var number = hour.Start / HourMs;
        if (number <= Hour)
            return false;
        // Behind a gap nobody knows when it changed: such an hour counts from its own first reading, and is no part of the rhythm.
        var follows = Hour >= 0 && number == Hour + 1;
        var before = follows ? Followers : hour.Followers.First;
        FollowUp(number, hour.Followers.Last);
        var unusual = IsUnusual(number, before, hour.Followers.Last);
        Hours.Set(number, follows ? ChangeCode.Between(before, hour.Followers.Last) : null);
        Rises.Raise(number / HoursPerDay, unusual ? 0 : ChangeCode.Between(before, hour.Followers.Last));
        TakeFollowing(number, hour.Following);
        Hour = number;
        Followers = hour.Followers.Last;
        TakeRecent(Followers);
        if (Delivery.Find(Hours, Followers) is { } delivery)
            Take(delivery);
        return unusual;
    }

    /// <summary>Looks into an hour that <see cref="Fold"/> called unusual.</summary>
    /// <param name="points">The readings from <see cref="OpenedBeforeMs"/> before the hour to its end, by slot. None when they are no longer kept: then the hour proves nothing.</param>
    public void Open(IReadOnlyList<DataPoint> points)
    {
        if (Burst.Find(points, Rhythm.Of(Hours), Fewest()) is not { } found)
            return;
        if (Pending is { } other && other.Gain >= found.Gain)
            Rises.Raise(Hour / HoursPerDay, found.Rise);
        else
            Pending = found;
    }

    /// <summary>What the series says up to the last hour that was folded.</summary>
    /// <param name="nowMs">When that is said, in epoch milliseconds.</param>
    public SuspicionOpinion Judge(long nowMs) => Judgement.Of(this, nowMs);

    internal void Restore(long hour, long followers, long following, long followingOfDay, IEnumerable<Burst> bursts, Burst? pending)
    {
        (Hour, Followers, Following, FollowingOfDay, Pending) = (hour, followers, following, followingOfDay, pending);
        _bursts.Clear();
        _bursts.AddRange(bursts);
    }

    private void TakeRecent(long followers)
    {
        _recent.AsSpan(1).CopyTo(_recent);
        _recent[^1] = followers;
    }

    /// <summary>Of the hours before the newest. Those that there never were are 0.</summary>
    private long Fewest()
    {
        var fewest = long.MaxValue;
        foreach (var followers in _recent.AsSpan(0, Limits.HoursBefore))
            fewest = followers > 0 ? Math.Min(fewest, followers) : fewest;
        return fewest;
    }

    private bool IsUnusual(long number, long before, long after)
    {
        if (!Burst.IsWorthALook(before, after))
            return false;
        // An hour that cannot hold more than what is being judged already, nor its second half, needs no look of its own.
        if (Pending is { } pending && after - before < pending.Gain && number > pending.EndHour + 1)
            return false;
        var rhythm = Rhythm.Of(Hours);
        return rhythm.IsKnown && rhythm.Score(ChangeCode.Between(before, after), number, before) >= Limits.Outlier;
    }

    private void FollowUp(long number, long followers)
    {
        if (_bursts.Count > 0)
            FollowUpBursts(number, followers);
        if (Pending is not { } pending || number < pending.EndHour + 1)
            return;
        pending.Highest = Math.Max(pending.Highest, followers);
        if (number < pending.EndHour + Limits.JudgedAfterHours)
            return;
        Pending = null;
        if (number <= pending.EndHour + Limits.JudgedWithinHours)
            pending.Judge(followers, number);
        if (pending.Certainty > 0)
            Remember(pending);
        else
            Rises.Raise(pending.EndHour / HoursPerDay, pending.Rise);
    }

    private void FollowUpBursts(long number, long followers)
    {
        foreach (var burst in _bursts)
        {
            if (followers < burst.Lowest)
                (burst.Lowest, burst.LowestHour) = (followers, number);
        }
        _bursts.RemoveAll(burst => burst.EndHour <= number - Limits.Days * HoursPerDay);
    }

    /// <summary>Of a delivery that began within half an hour the burst is known already.</summary>
    private void Take(Burst delivery)
    {
        if (!_bursts.Exists(burst => burst.End > delivery.Start))
            Remember(delivery);
    }

    /// <summary>Of more than are kept the least certain goes, of equally certain ones the oldest.</summary>
    private void Remember(Burst burst)
    {
        _bursts.Add(burst);
        if (_bursts.Count > Limits.Bursts)
            _bursts.Remove(_bursts.MinBy(static one => one.Certainty)!);
    }

    private void TakeFollowing(long number, RollupColumn following)
    {
        var day = number / HoursPerDay;
        if (day != FollowingDays.Newest)
            FollowingOfDay = day == FollowingDays.Newest + 1 ? Following : following.First;
        FollowingDays.Set(day, ChangeCode.Between(FollowingOfDay, following.Last));
        Following = following.Last;
    }
}
