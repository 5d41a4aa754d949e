using System.Globalization;

namespace InfluencerAnalytics.Embedded.Queues;

/// <summary>Message ids and receipts as text.</summary>
internal static class QueueIds
{
    public static string Format(long id) => id.ToString(CultureInfo.InvariantCulture);

    public static bool TryParse(string text, out long id) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);

    /// <summary>Id and number of the receive, so that a receipt is of use without a look-up.</summary>
    public static string FormatReceipt(long id, long receipt) => string.Create(CultureInfo.InvariantCulture, $"{id}.{receipt}");

    public static bool TryParseReceipt(string text, out long id, out long receipt)
    {
        id = receipt = 0;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot > 0
            && long.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out id)
            && long.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out receipt);
    }
}
