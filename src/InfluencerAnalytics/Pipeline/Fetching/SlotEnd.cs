using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>When the work on a slot is over, by the monotonic clock: the other one may be set meanwhile. Safe for concurrent use.</summary>
/// <param name="left">How long that is from now on.</param>
/// <param name="grid">The slots.</param>
internal sealed class SlotEnd(TimeSpan left, SlotGrid grid, TimeProvider timeProvider)
{
    // Half of the answers take longer than they do on average.
    private const double Margin = 1.25;

    // Of a provider that takes about an interval to answer, something is read still.
    private readonly TimeSpan _mostLead = grid.Interval / 4;

    // What is early by so much is for the next slot; late by no more, it is for this one.
    private readonly TimeSpan _tolerance = TimeSpan.FromMilliseconds(grid.EarlyMs);

    private readonly long _began = timeProvider.GetTimestamp();

    public TimeSpan Interval => grid.Interval;

    private TimeSpan Left => left - timeProvider.GetElapsedTime(_began);

    /// <summary>
    /// Whether the answer to a request that began now would come after the end. A request that is given up in its midst is worked on by most servers
    /// all the same: under a provider that is overloaded, each shard would end with as many requests for nothing as may be in flight.
    /// </summary>
    /// <param name="usual">How long an answer takes on average.</param>
    public bool IsTooNear(TimeSpan usual)
    {
        var now = Left;
        return now < _mostLead && now < usual * Margin;
    }

    /// <summary>Whether an answer that came now says nothing of this slot any more: a process that stood still finds the answers of another slot.</summary>
    public bool IsPast => Left < -_tolerance;
}
