using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Sqs.Queues;

/// <summary>
/// How many messages to ask for in one receive, so that what they weigh fills the units that SQS bills: of 28 KB each, ten are five units and nine are four. By what came lately.
/// Safe for concurrent use: of two notes at once one may be lost.
/// </summary>
internal sealed class ReceiveSize
{
    // A few heavier ones among them must not begin another unit.
    private const double Margin = 1.02;

    // Of what came last, in the mean.
    private const double Weight = 0.125;

    private double _mean;

    /// <summary>From 1 to <see cref="QueueLimits.MaxEntries"/>.</summary>
    public int Entries
    {
        get
        {
            var mean = Volatile.Read(ref _mean) * Margin;
            return Enumerable.Range(1, QueueLimits.MaxEntries).MinBy(count => (Math.Max(1, Math.Ceiling(count * mean / QueueLimits.BilledUnitBytes)) / count, -count));
        }
    }

    /// <summary>Takes note of what a receive brought.</summary>
    public void Note(IReadOnlyCollection<ReceivedMessage> messages)
    {
        if (messages.Count == 0)
            return;
        var (mean, now) = (Volatile.Read(ref _mean), messages.Average(static message => message.Body.Length));
        Volatile.Write(ref _mean, mean == 0 ? now : mean + (now - mean) * Weight);
    }
}
