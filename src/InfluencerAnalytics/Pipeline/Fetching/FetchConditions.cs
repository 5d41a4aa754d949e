using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>Whether this fetcher may fetch: not into a store that has another provider's readings, and not by a clock that would give them a wrong slot. For one caller.</summary>
internal sealed class FetchConditions(IMessageQueues queues, RosterView roster, ClockGuard clock)
{
    private readonly ClockCheck _clock = new(clock, queues.Get(QueueNames.InfluencerIdStore));

    /// <summary>Why nothing may be fetched now; null when it may.</summary>
    public async ValueTask<string?> WhyNotAsync(CancellationToken cancellationToken)
    {
        await roster.FirstLookAsync(cancellationToken);
        return roster.Refusal ?? await _clock.WhyNotAsync(roster.Interval, "readings would get a wrong slot", cancellationToken);
    }
}
