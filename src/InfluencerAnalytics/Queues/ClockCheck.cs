namespace InfluencerAnalytics.Queues;

/// <summary>Whether one may work by this machine's clock, held against that of a queue, which is asked for the time while it may not. For one caller.</summary>
internal sealed class ClockCheck(ClockGuard clock, IMessageQueue queue)
{
    /// <summary>Why nothing may be done by this clock now; null when it may.</summary>
    /// <param name="interval">By which is worked.</param>
    /// <param name="otherwise">What would come of it, as a clause.</param>
    /// <param name="cancellationToken">Ends the call of the queue.</param>
    public async ValueTask<string?> WhyNotAsync(TimeSpan interval, string otherwise, CancellationToken cancellationToken)
    {
        if (clock.IsTrusted(interval))
            return null;
        var away = await AskForTheTimeAsync(cancellationToken);
        return clock.IsTrusted(interval)
            ? null
            : $"This machine's clock and the queue's differ by {clock.Difference.TotalSeconds:F1} s. Set the clock; {otherwise}.{away}";
    }

    // One that receives nothing hears nothing of the queue's clock, so it asks for something else until the two agree.
    private async ValueTask<string?> AskForTheTimeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await queue.GetDepthAsync(cancellationToken);
            return null;
        }
        catch (QueueUnavailableException exception)
        {
            return $" The queue is away as well: {exception.Message}";
        }
    }
}
