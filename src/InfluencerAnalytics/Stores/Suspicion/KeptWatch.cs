namespace InfluencerAnalytics.Stores.Suspicion;

/// <summary>What the hours of an influencer were folded into, as it is kept.</summary>
/// <param name="InfluencerId">Whose.</param>
/// <param name="Round">Of which <see cref="WatchProgress.Round"/>.</param>
/// <param name="Since">When the first hour that went into it began, in epoch milliseconds.</param>
/// <param name="Until">When the last one ended.</param>
/// <param name="ComputedAt">When that was folded.</param>
/// <param name="State">Its bytes; at most a few hundred.</param>
public sealed record KeptWatch(long InfluencerId, int Round, long Since, long Until, long ComputedAt, byte[] State);
