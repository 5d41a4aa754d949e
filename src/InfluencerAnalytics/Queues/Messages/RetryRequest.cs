using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Queues.Messages;

/// <summary>Ids whose quick retries failed.</summary>
/// <param name="Slot">In epoch milliseconds.</param>
/// <param name="Until">When the slot is over for these ids, in epoch milliseconds.</param>
/// <param name="Attempt">Which visit this is: 2 for the first after the shard's own.</param>
/// <param name="Interval">The resolution of the slot.</param>
/// <param name="Reason">Why the last visit failed: what is reported when no time is left.</param>
/// <param name="Ids">At least one.</param>
internal sealed record RetryRequest(long Slot, long Until, int Attempt, TimeSpan Interval, MissReason Reason, IReadOnlyList<long> Ids);
