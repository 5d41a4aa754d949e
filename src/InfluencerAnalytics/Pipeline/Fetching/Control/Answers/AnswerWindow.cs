namespace InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

/// <summary>What the provider's answers came to in a short while, and whether more was wanted. What the controllers judge by.</summary>
/// <param name="Seconds">How long the window was.</param>
/// <param name="BusySeconds">For how long of it any request waited to be sent or answered: while none does, what comes of it says nothing of the provider.</param>
/// <param name="Wanted">Ids a second that come to be asked for, without those that are asked again; averaged over some seconds, since they come in shards.</param>
/// <param name="Good">Readings and definite answers ("not found").</param>
/// <param name="Refused">Answers that asked for fewer requests (429).</param>
/// <param name="Failed">All other attempts that brought no reading, time-outs included.</param>
/// <param name="GoodSeconds">How long the good ones took, added up.</param>
/// <param name="TimedOut">Those of the failed that brought no whole answer within the time limit.</param>
/// <param name="LimitSeconds">That time limit.</param>
/// <param name="InFlight">Requests that waited for an answer at its end.</param>
/// <param name="IsBacklogged">Whether more ids waited at its end than were answered in it: only then does the limit decide how much is read.</param>
/// <param name="IsPaced">Whether requests were held back by a limit a second: the number in flight then decides nothing.</param>
internal readonly record struct AnswerWindow(
    double Seconds, double BusySeconds, double Wanted, int Good, int Refused, int Failed, double GoodSeconds, int TimedOut, double LimitSeconds, int InFlight,
    bool IsBacklogged, bool IsPaced)
{
    public int Answers => Good + Refused + Failed;

    /// <summary>Those that say whether so many a second are allowed. What hangs or fails may never have come to where that is decided.</summary>
    public int Judged => Good + Refused;

    /// <summary>Of these; 0 when there was none.</summary>
    public double RefusedShare => Judged == 0 ? 0 : (double)Refused / Judged;

    /// <summary>How long a good answer took on average, in seconds; 0 when there was none.</summary>
    public double AnswerTime => Good == 0 ? 0 : GoodSeconds / Good;

    /// <summary>The two one after the other.</summary>
    public AnswerWindow Add(in AnswerWindow later) => new(
        Seconds + later.Seconds, BusySeconds + later.BusySeconds, later.Wanted, Good + later.Good, Refused + later.Refused, Failed + later.Failed,
        GoodSeconds + later.GoodSeconds, TimedOut + later.TimedOut, later.LimitSeconds, later.InFlight, later.IsBacklogged, later.IsPaced);
}
