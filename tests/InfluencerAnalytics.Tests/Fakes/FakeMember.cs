using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>
/// One influencer of <see cref="FakeStore"/>: how it stood over time, and what the provider said of it. It has the rules of <see cref="NotFoundStreak"/> once more and on purpose: a
/// model test holds the embedded store against this one, which would share its mistakes otherwise. Used under the store's lock.
/// </summary>
internal sealed class FakeMember
{
    public const int GoneAfter = 3;

    private List<(long From, InfluencerStatus Status)> _steps = [];
    private long _firstNotFound;
    private long _lastNotFound = long.MinValue;
    private int _answers;
    private int _tries;

    public long AddedAt { get; private set; }

    public long AddedVersion { get; private set; }

    public long RemovedVersion { get; private set; }

    public long NextTry { get; private set; }

    /// <summary>From when on it stands as it does.</summary>
    public long Since => _steps[^1].From;

    /// <summary>The slot of the last "not found".</summary>
    public long LastNotFound => _lastNotFound;

    /// <summary>When it turned not-found, in epoch milliseconds; null while the provider knows it.</summary>
    public long? TurnedAt { get; private set; }

    public InfluencerStatus Status => _steps.Count == 0 ? InfluencerStatus.Unknown : _steps[^1].Status;

    public bool IsIn => Status is InfluencerStatus.Tracked or InfluencerStatus.Gone;

    public bool MayGo => Status == InfluencerStatus.Tracked && _answers >= GoneAfter;

    /// <summary>The store was opened again: who is tracked still and was not found counts as having turned so now.</summary>
    public void Restart(long now)
    {
        if (Status == InfluencerStatus.Tracked && TurnedAt is not null)
            TurnedAt = now;
    }

    /// <summary>How it stood when a slot began.</summary>
    public InfluencerStatus At(long slot) => _steps.LastOrDefault(step => step.From <= slot).Status;

    public void Add(long now, long version)
    {
        (AddedAt, AddedVersion) = (now, version);
        Know();
        Move(now, InfluencerStatus.Tracked);
    }

    /// <param name="from">The slots before it are final.</param>
    /// <param name="read">Slots that have a point of it.</param>
    public void Remove(long from, IEnumerable<long> read, long version)
    {
        RemovedVersion = version;
        var kept = read.Where(slot => slot >= from && At(slot) == InfluencerStatus.Tracked).Order().ToList();
        Move(from, InfluencerStatus.Removed);
        foreach (var slot in kept)
        {
            Move(slot, InfluencerStatus.Tracked);
            Move(slot + 1, InfluencerStatus.Removed);
        }
        Know();
    }

    /// <summary>Takes in a reading; whether that changes the roster.</summary>
    public bool Read(long slot, TimeSpan interval)
    {
        if (slot < _lastNotFound)
        {
            // Of the answers around it, only the last is certain to be behind it.
            if (slot > _firstNotFound && Status == InfluencerStatus.Tracked)
                (_answers, _firstNotFound) = (1, _lastNotFound);
            return false;
        }
        Know();
        if (Status != InfluencerStatus.Gone)
            return false;
        ComeBack(slot + (long)interval.TotalMilliseconds);
        return true;
    }

    /// <summary>Takes in the answer "not found" for a slot later than every reading; whether that changes the roster.</summary>
    public bool NotFound(long slot, TimeSpan interval, long now)
    {
        if (!IsIn || slot <= _lastNotFound || (Status == InfluencerStatus.Tracked && slot + (long)interval.TotalMilliseconds <= _steps[^1].From))
            return false;
        if (TurnedAt is null)
            (TurnedAt, _firstNotFound) = (now, slot);
        _lastNotFound = slot;
        _answers++;
        if (Status != InfluencerStatus.Gone || slot < NextTry)
            return false;
        NextTry = GoneBackoff.NextTry(slot, interval, ++_tries);
        return true;
    }

    public void Go(TimeSpan interval)
    {
        _tries = 1;
        NextTry = GoneBackoff.NextTry(_lastNotFound, interval, 1);
        Move(_lastNotFound + (long)interval.TotalMilliseconds, InfluencerStatus.Gone);
    }

    public void ComeBack(long from) => Move(Math.Max(from, _steps[^1].From), InfluencerStatus.Tracked);

    public RosterEntry ToEntry(long id, string? username) => new(id, Status, username, AddedAt, Status == InfluencerStatus.Gone ? NextTry : 0);

    private void Know()
    {
        (TurnedAt, _lastNotFound) = (null, long.MinValue);
        _answers = 0;
    }

    private void Move(long from, InfluencerStatus status) => _steps = [.. _steps.Where(step => step.From < from), (from, status)];
}
