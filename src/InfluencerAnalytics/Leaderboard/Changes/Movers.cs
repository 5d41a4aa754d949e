namespace InfluencerAnalytics.Leaderboard.Changes;

/// <summary>
/// Tells changes, of one influencer and the greatest of all. Those are looked for when somebody asks, in one pass over memory (tens of milliseconds for a million), and kept until the leaderboard has
/// followed the store again, for a second at least: whatever is asked, it is not looked more often. Safe for concurrent use.
/// </summary>
internal sealed class Movers(InfluencerLeaderboard leaderboard, ChangeBases bases, TimeProvider timeProvider)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);

    private readonly Kept?[] _kept = new Kept?[ChangeWindows.All.Count];
    private readonly Lock[] _looking = [.. ChangeWindows.All.Select(static _ => new Lock())];

    /// <summary>The greatest changes over a window; or why they cannot be told, and how long it takes at least until they can, where that is known.</summary>
    public (MoverLists? Lists, string? Problem, TimeSpan? Wait) Read(ChangeWindow window)
    {
        ref var kept = ref _kept[(int)window];
        lock (_looking[(int)window])
        {
            var asOf = leaderboard.Summarize().AsOf;
            var (from, problem, expected) = bases.Find(window, asOf);
            if (from is null)
                return (null, problem, expected is { } slot ? TimeSpan.FromMilliseconds(Math.Max(0, slot - asOf)) : null);
            var synced = leaderboard.State.Synced;
            if (kept is not { } known || known.From != from || (known.Synced != synced && timeProvider.GetElapsedTime(known.At) >= KeptFor))
                kept = known = new Kept(MoverLists.Of(leaderboard, from, asOf), from, synced, timeProvider.GetTimestamp());
            return (known.Lists, null, null);
        }
    }

    /// <summary>The change of one influencer up to its latest reading; null when there is no reading near one of the two ends of the window.</summary>
    /// <param name="line">Of the leaderboard.</param>
    /// <param name="asOf">The moment of the leaderboard, in epoch milliseconds.</param>
    public long? ChangeOf(ChangeWindow window, in RankedInfluencer line, long asOf) =>
        bases.Find(window, asOf).Base?.ChangeOf(line.Place, line.Latest.FollowerCount, line.Latest.Slot, asOf);

    private sealed record Kept(MoverLists Lists, ChangeBase From, long Synced, long At);
}
