using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>Whether this fetcher may fetch: not into a store that has another provider's readings, and not by a clock that would give them a wrong slot. For one caller.</summary>
internal sealed class FetchConditions(IMessageQueues queues, RosterView roster, ClockGuard clock)
{
    private readonly IMessageQueue _queue = queues.Get(QueueNames.InfluencerIdStore);

    /// <summary>Why nothing may be fetched now; null when it may.</summary>
    public async ValueTask<string?> WhyNotAsync(CancellationToken cancellationToken)
    {
        await roster.FirstLookAsync(cancellationToken);
        if (roster.Refusal is { } refusal)
            return refusal;
        if (clock.IsTrusted(roster.Interval))
            return null;
        var away = await AskForTheTimeAsync(cancellationToken);
        return clock.IsTrusted(roster.Interval)
            ? null
            : $"This machine's clock and the queue's differ by {clock.Difference.TotalSeconds:F1} s. Set the clock; readings would get a wrong slot.{away}";
    }

    // A fetcher that receives nothing hears nothing of the queue's clock, so it asks for something else until the two agree.
    private async ValueTask<string?> AskForTheTimeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _queue.GetDepthAsync(cancellationToken);
            return null;
        }
        catch (QueueUnavailableException exception)
        {
            return $" The queue is away as well: {exception.Message}";
        }
    }
}
