using InfluencerAnalytics.Pipeline.Holds;

namespace InfluencerAnalytics.Pipeline.Suspicion;

/// <summary>The visits of this lane in hand, with the holds on the messages of its own queue and what becomes of them. Safe for concurrent use.</summary>
internal sealed record CheckVisits(HoldKeeper Holds, MessageSettler Settler, Visits Visits) : IDisposable
{
    /// <summary>By which holds are measured: they are 30 s long, whatever the period.</summary>
    public static readonly TimeSpan HoldInterval = TimeSpan.FromMinutes(2);

    /// <summary>How many ids in hand are enough: there is always one whose turn it is, and a process that dies leaves few to be asked for again.</summary>
    /// <param name="maxConcurrency">Checks in flight at the most.</param>
    public static int MaxIds(int maxConcurrency) => 2 * maxConcurrency;

    public void Dispose() => Visits.Dispose();
}
