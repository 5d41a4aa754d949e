namespace InfluencerAnalytics.Queues;

/// <summary>A message that was received and is hidden from others for a while.</summary>
/// <param name="Id">Stays the same over all receives of the message.</param>
/// <param name="Receipt">Names this receive; the newest one only is valid.</param>
/// <param name="Body">UTF-8 text; not to be changed.</param>
/// <param name="ReceiveCount">How often it was received, this time included. Approximate, as on SQS.</param>
/// <param name="SentAt">When it was sent, in epoch milliseconds.</param>
public sealed record ReceivedMessage(string Id, string Receipt, ReadOnlyMemory<byte> Body, int ReceiveCount, long SentAt);
