namespace InfluencerAnalytics.Suspicion;

/// <summary>One thing that was seen in an influencer's series.</summary>
/// <param name="Code">Which kind of thing: one of <see cref="SuspicionCodes"/>.</param>
/// <param name="Text">The same in words, with its numbers, for people.</param>
/// <param name="From">From when, in epoch milliseconds.</param>
/// <param name="To">Until when, in epoch milliseconds; not before <paramref name="From"/>.</param>
public readonly record struct SuspicionReason(string Code, string Text, long From, long To);
