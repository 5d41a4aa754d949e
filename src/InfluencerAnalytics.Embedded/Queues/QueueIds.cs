using System.Globalization;

namespace InfluencerAnalytics.Embedded.Queues;

/// <summary>Message ids and receipts as text.</summary>
internal static class QueueIds
{
    public static string Format(long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <summary>Number of the queue and id, so that a dead letter is never taken for another queue's.</summary>
    public static string FormatDead(int queue, long id) => string.Create(CultureInfo.InvariantCulture, $"{queue}-{id}");

    public static bool TryParseDead(string text, out long queue, out long id) => TryParsePair(text, '-', out queue, out id);

    /// <summary>Id and number of the receive, so that a receipt is of use without a look-up.</summary>
    public static string FormatReceipt(long id, long receipt) => string.Create(CultureInfo.InvariantCulture, $"{id}.{receipt}");

    public static bool TryParseReceipt(string text, out long id, out long receipt) => TryParsePair(text, '.', out id, out receipt);

    private static bool TryParsePair(string text, char separator, out long first, out long second)
    {
        first = second = 0;
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at > 0
            && long.TryParse(text.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out first)
            && long.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out second);
    }
}
