using System.Text;

namespace InfluencerAnalytics.Queues.Messages;

/// <summary>Writes elements that were no data points into messages as they came, for the dead letters: once what was wrong is mended, they can be replayed.</summary>
internal static class RejectedPointsWriter
{
    private const string Tail = """],"missed":[]}""";

    /// <summary>
    /// The bodies of as few messages as hold them: one message may have had tens of thousands of bad elements, which share a letter as long as it has room. One that has none
    /// alone is cut by the queue.
    /// </summary>
    /// <param name="slot">In epoch milliseconds.</param>
    /// <param name="interval">The resolution of the slot.</param>
    /// <param name="elements">JSON, each as it stood among the points.</param>
    public static IEnumerable<byte[]> Write(long slot, TimeSpan interval, IReadOnlyList<string> elements)
    {
        var head = $$"""{"v":{{MessageVersion.Known}},"slot":{{slot}},"interval":{{(long)interval.TotalSeconds}},"points":[""";
        var letter = new StringBuilder(head);
        var bytes = head.Length + Tail.Length;
        for (var i = 0; i < elements.Count; i++)
        {
            var length = Encoding.UTF8.GetByteCount(elements[i]) + 1;
            if (letter.Length > head.Length && bytes + length > QueueLimits.MaxBodyBytes)
            {
                yield return BodyOf(letter);
                letter.Clear().Append(head);
                bytes = head.Length + Tail.Length;
            }
            letter.Append(letter.Length > head.Length ? "," : "").Append(elements[i]);
            bytes += length;
        }
        yield return BodyOf(letter);
    }

    private static byte[] BodyOf(StringBuilder letter) => Encoding.UTF8.GetBytes(letter.Append(Tail).ToString());
}
