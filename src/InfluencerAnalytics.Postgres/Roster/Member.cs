using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Postgres.Roster;

/// <summary>One influencer's row of the roster while a write has it in hand: how it stood over time, and what the provider said of it. Times in epoch milliseconds.</summary>
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

    /// <summary>Whether others have to hear of it: its place in the roster changed, or when it is tried again.</summary>
    public bool IsNews { get; private set; }

    public long AddedAt { get; set; }

    public long AddedVersion { get; set; }

    public long RemovedVersion { get; set; }

    public int NotFoundCount { get; set; }

    public long FirstNotFound { get; set; }

    /// <summary>0 while the provider knows it.</summary>
    public long LastNotFound { get; set; }

    /// <summary>When it turned not-found; 0 while the provider knows it.</summary>
    public long TurnedAt { get; set; }

    public int Tries { get; set; }

    public long NextTry { get; set; }

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
        Know();
        Move(now, InfluencerStatus.Tracked);
        IsNews = true;
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
        Know();
        IsNews = true;
    }

    /// <summary>Takes in a reading.</summary>
    public void Read(long slot, long intervalMs)
    {
        if (LastNotFound == 0)
            return;
        IsChanged = true;
        if (slot < LastNotFound)
        {
            // Of the answers around it, only the last is certain to be behind it.
            if (slot > FirstNotFound && Status == InfluencerStatus.Tracked)
                (NotFoundCount, FirstNotFound) = (1, LastNotFound);
            return;
        }
        Know();
        if (Status == InfluencerStatus.Gone)
            ComeBack(slot + intervalMs);
    }

    /// <summary>Takes in the answer "not found" for a slot later than every reading.</summary>
    public void NotFound(long slot, TimeSpan interval, long now)
    {
        if (!IsOnRoster || slot <= LastNotFound || (Status == InfluencerStatus.Tracked && slot + (long)interval.TotalMilliseconds <= _steps[^1].From))
            return;
        IsChanged = true;
        if (TurnedAt == 0)
            (TurnedAt, FirstNotFound) = (now, slot);
        LastNotFound = slot;
        NotFoundCount++;
        if (Status != InfluencerStatus.Gone || slot < NextTry)
            return;
        NextTry = GoneBackoff.NextTry(slot, interval, ++Tries);
        IsNews = true;
    }

    /// <summary>Becomes gone from the slot after the last "not found" on.</summary>
    public void Go(TimeSpan interval)
    {
        Tries = 1;
        NextTry = GoneBackoff.NextTry(LastNotFound, interval, 1);
        Move(LastNotFound + (long)interval.TotalMilliseconds, InfluencerStatus.Gone);
        IsNews = true;
    }

    /// <summary>Is tracked again.</summary>
    public void ComeBack(long from)
    {
        Move(Math.Max(from, _steps[^1].From), InfluencerStatus.Tracked);
        (Tries, NextTry) = (0, 0);
        IsNews = true;
    }

    public RosterEntry ToEntry(string? username) => new(Id, Status, username, AddedAt, Status == InfluencerStatus.Gone ? NextTry : 0);

    private void Know() => (TurnedAt, FirstNotFound, LastNotFound, NotFoundCount) = (0, 0, 0, 0);

    private void Move(long from, InfluencerStatus status)
    {
        _steps = [.. _steps.Where(step => step.From < from), (from, status)];
        IsChanged = true;
    }
}
