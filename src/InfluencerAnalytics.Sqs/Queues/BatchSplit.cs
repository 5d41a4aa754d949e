using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Sqs.Queues;

/// <summary>Divides entries into batches that SQS takes: at most ten, and at most so many bytes together.</summary>
internal static class BatchSplit
{
    /// <summary>Consecutive batches.</summary>
    /// <param name="count">Of the entries.</param>
    /// <param name="bytesOf">Of one; none is longer than <paramref name="maxBytes"/>.</param>
    /// <param name="maxBytes">Of a batch.</param>
    public static List<(int Start, int Count)> Of(int count, Func<int, int> bytesOf, int maxBytes)
    {
        var batches = new List<(int Start, int Count)>();
        var (start, bytes) = (0, 0L);
        for (var i = 0; i < count; i++)
        {
            if (i > start && (i - start == QueueLimits.MaxEntries || bytes + bytesOf(i) > maxBytes))
            {
                batches.Add((start, i - start));
                (start, bytes) = (i, 0);
            }
            bytes += bytesOf(i);
        }
        if (count > start)
            batches.Add((start, count - start));
        return batches;
    }
}
