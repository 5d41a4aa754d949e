using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Providers;

namespace InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

/// <summary>Adds up what came of requests until it is taken. Safe for concurrent use; one loop takes.</summary>
internal sealed class AnswerCounts
{
    private readonly int[] _failedBy = new int[MissReasons.Count];
    private int _good;
    private int _wanted;
    private int _wishes;
    private long _longestWishTicks;
    private long _goodTicks;

    /// <summary>Takes in that so many are to be asked for, for the first time in their slot.</summary>
    public void Want(int ids) => Interlocked.Add(ref _wanted, ids);

    /// <summary>A reading, or a definite "not found".</summary>
    /// <param name="time">How long it took.</param>
    public void Good(TimeSpan time)
    {
        Interlocked.Increment(ref _good);
        Interlocked.Add(ref _goodTicks, time.Ticks);
    }

    /// <summary>Any other outcome.</summary>
    /// <param name="outcome">Why there is no reading.</param>
    public void Failed(in FetchOutcome outcome)
    {
        Interlocked.Increment(ref _failedBy[(int)outcome.Reason]);
        if (outcome is not { Reason: MissReason.Throttled, RetryAfter: { } wish })
            return;
        Interlocked.Increment(ref _wishes);
        InterlockedMax(ref _longestWishTicks, wish.Ticks);
    }

    /// <summary>All since the last call.</summary>
    public TakenAnswers Take()
    {
        var failedBy = new int[_failedBy.Length];
        for (var reason = 0; reason < failedBy.Length; reason++)
            failedBy[reason] = Interlocked.Exchange(ref _failedBy[reason], 0);
        return new TakenAnswers(
            Interlocked.Exchange(ref _good, 0), TimeSpan.FromTicks(Interlocked.Exchange(ref _goodTicks, 0)), failedBy,
            Interlocked.Exchange(ref _wanted, 0), Interlocked.Exchange(ref _wishes, 0), TimeSpan.FromTicks(Interlocked.Exchange(ref _longestWishTicks, 0)));
    }

    private static void InterlockedMax(ref long location, long value)
    {
        var known = Volatile.Read(ref location);
        while (value > known)
        {
            var before = Interlocked.CompareExchange(ref location, value, known);
            if (before == known)
                return;
            known = before;
        }
    }
}

/// <summary>What came of the requests of a while.</summary>
/// <param name="Good">Readings and definite answers ("not found").</param>
/// <param name="GoodTime">How long those took, added up.</param>
/// <param name="FailedBy">All others, by <see cref="MissReason"/>.</param>
/// <param name="Wanted">Influencers that came to be asked for.</param>
/// <param name="PauseWishes">Refusals that said for how long to stay away.</param>
/// <param name="LongestWish">The longest of these.</param>
internal sealed record TakenAnswers(int Good, TimeSpan GoodTime, int[] FailedBy, int Wanted, int PauseWishes, TimeSpan LongestWish)
{
    public int Failed => FailedBy.Sum() - Refused;

    public int Refused => FailedBy[(int)MissReason.Throttled];

    public int TimedOut => FailedBy[(int)MissReason.Timeout];

    /// <summary>The reason of most failures; 0 when nothing failed.</summary>
    public MissReason MostFailed => (MissReason)Array.IndexOf(FailedBy, FailedBy.Max());
}
