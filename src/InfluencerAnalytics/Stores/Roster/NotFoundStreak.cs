using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Stores.Roster;

/// <summary>
/// The answers "not found" that an influencer got in a row, and what follows from them: from when on it is gone, when it is tried again, and what a reading leaves of them. The
/// same for every store, which keeps these fields beside how the influencer stands; whether so many turned at once that nobody is given up, <see cref="NotFoundOutage"/> says.
/// Times are in epoch milliseconds.
/// </summary>
/// <param name="TurnedAt">When the store heard the first one, by its own clock and not by slot: a backlog of an hour that is read in a minute is one event. 0 for none.</param>
/// <param name="First">The slot of the first one that is certain to be of this row; 0 for none.</param>
/// <param name="Last">The slot of the last one; 0 while the provider knows the influencer.</param>
/// <param name="Answers">How many they are, each of another slot.</param>
/// <param name="Tries">How many tries of a gone one failed, the answer that made it gone included.</param>
/// <param name="NextTry">The first slot in which a gone one is tried again; 0 for any other.</param>
public readonly record struct NotFoundStreak(long TurnedAt, long First, long Last, int Answers, int Tries, long NextTry)
{
    /// <summary>Whether there is any: the provider does not know the influencer.</summary>
    public bool IsAny => Last != 0;

    /// <summary>Whether one more says anything new: not when it is older than the last one, or than the influencer's being tracked.</summary>
    /// <param name="slot">Of the answer; the influencer has no reading of it or of a later one.</param>
    /// <param name="interval">The resolution.</param>
    /// <param name="status">How it stands.</param>
    /// <param name="since">Since when it does.</param>
    public bool IsExtendedBy(long slot, TimeSpan interval, InfluencerStatus status, long since) =>
        status.IsOnRoster() && slot > Last && (status == InfluencerStatus.Gone || slot + (long)interval.TotalMilliseconds > since);

    /// <summary>With one more. Whether that is enough to be given up is for the store to say, which knows of an outage.</summary>
    /// <param name="slot">Of the answer.</param>
    /// <param name="interval">The resolution.</param>
    /// <param name="status">How the influencer stands.</param>
    /// <param name="now">The store's.</param>
    public NotFoundStreak With(long slot, TimeSpan interval, InfluencerStatus status, long now)
    {
        var longer = (IsAny ? this : new NotFoundStreak { TurnedAt = now, First = slot }) with { Last = slot, Answers = Answers + 1 };
        // One that was asked for otherwise than as its try leaves that where it is.
        return status == InfluencerStatus.Gone && slot >= NextTry ? longer.WithTry(Tries + 1, interval) : longer;
    }

    /// <summary>What a reading leaves of it: nothing, unless it came late.</summary>
    /// <param name="slot">Of the reading.</param>
    /// <param name="status">How the influencer stands; a gone one that nothing is left of is tracked again, from the slot after the reading on.</param>
    public NotFoundStreak After(long slot, InfluencerStatus status)
    {
        if (slot >= Last)
            return default;
        // Of the answers around it, only the last is certain to be behind it.
        return slot > First && status == InfluencerStatus.Tracked ? this with { First = Last, Answers = 1 } : this;
    }

    /// <summary>From when on an influencer is gone that is given up now: the slot after the last answer.</summary>
    public long GoneFrom(TimeSpan interval) => Last + (long)interval.TotalMilliseconds;

    /// <summary>As that of one that is given up now.</summary>
    public NotFoundStreak GivenUp(TimeSpan interval) => WithTry(1, interval);

    private NotFoundStreak WithTry(int tries, TimeSpan interval) => this with { Tries = tries, NextTry = GoneBackoff.NextTry(Last, interval, tries) };
}
