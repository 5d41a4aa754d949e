using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Postgres.Roster;

/// <summary>
/// One influencer's row of the roster while a write has it in hand: how it stood over time, and what the provider said of it. Times in epoch milliseconds. What follows from
/// that, <see cref="NotFoundStreak"/> says.
/// </summary>
internal sealed class Member
{
    private List<(long From, InfluencerStatus Status)> _steps;

    /// <param name="id">Whose.</param>
    /// <param name="steps">Ascending; empty for one never heard of.</param>
    public Member(long id, IEnumerable<(long From, InfluencerStatus Status)> steps)
    {
        Id = id;
        Before = _steps = [.. steps];
    }

    public long Id { get; }

    /// <summary>The steps as they were read.</summary>
    public IReadOnlyList<(long From, InfluencerStatus Status)> Before { get; }

    public IReadOnlyList<(long From, InfluencerStatus Status)> Steps => _steps;

    /// <summary>Whether the row is to be written.</summary>
    public bool IsChanged { get; private set; }

    public long AddedAt { get; set; }

    public long AddedVersion { get; set; }

    public long RemovedVersion { get; set; }

    /// <summary>The answers "not found" since its last reading.</summary>
    public NotFoundStreak Streak { get; set; }

    public int NotFoundCount => Streak.Answers;

    /// <summary>0 while the provider knows it.</summary>
    public long LastNotFound => Streak.Last;

    /// <summary>When it turned not-found; 0 while the provider knows it.</summary>
    public long TurnedAt => Streak.TurnedAt;

    public InfluencerStatus Status => _steps.Count == 0 ? InfluencerStatus.Unknown : _steps[^1].Status;

    public bool IsOnRoster => Status.IsOnRoster();

    /// <summary>How it stood when a slot began.</summary>
    public InfluencerStatus At(long slot)
    {
        for (var i = _steps.Count - 1; i >= 0; i--)
        {
            if (_steps[i].From <= slot)
                return _steps[i].Status;
        }
        return InfluencerStatus.Unknown;
    }

    /// <summary>Never was on the roster, and has readings or an imported past.</summary>
    public void MakeForeign() => Move(0, InfluencerStatus.Unknown);

    public void Add(long now, long version)
    {
        (AddedAt, AddedVersion) = (now, version);
        Streak = default;
        Move(now, InfluencerStatus.Tracked);
    }

    /// <param name="from">The slots before it are final.</param>
    /// <param name="read">Slots from there on that have a point of it: there it still counts.</param>
    /// <param name="version">Of the roster.</param>
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
        Streak = default;
    }

    /// <summary>Takes in a reading.</summary>
    public void Read(long slot, long intervalMs)
    {
        if (!Streak.IsAny)
            return;
        IsChanged = true;
        Streak = Streak.After(slot, Status);
        if (!Streak.IsAny && Status == InfluencerStatus.Gone)
            ComeBack(slot + intervalMs);
    }

    /// <summary>Takes in the answer "not found" for a slot later than every reading.</summary>
    public void NotFound(long slot, TimeSpan interval, long now)
    {
        if (!IsOnRoster || !Streak.IsExtendedBy(slot, interval, Status, _steps[^1].From))
            return;
        IsChanged = true;
        Streak = Streak.With(slot, interval, Status, now);
    }

    /// <summary>Becomes gone from the slot after the last "not found" on.</summary>
    public void Go(TimeSpan interval)
    {
        Streak = Streak.GivenUp(interval);
        Move(Streak.GoneFrom(interval), InfluencerStatus.Gone);
    }

    /// <summary>Is tracked again.</summary>
    public void ComeBack(long from)
    {
        Move(Math.Max(from, _steps[^1].From), InfluencerStatus.Tracked);
        Streak = Streak with { Tries = 0, NextTry = 0 };
    }

    public RosterEntry ToEntry(string? username) => new(Id, Status, username, AddedAt, Status == InfluencerStatus.Gone ? Streak.NextTry : 0);

    private void Move(long from, InfluencerStatus status)
    {
        _steps = [.. _steps.Where(step => step.From < from), (from, status)];
        IsChanged = true;
    }
}
