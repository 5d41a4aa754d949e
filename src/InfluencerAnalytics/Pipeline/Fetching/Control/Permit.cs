using InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

namespace InfluencerAnalytics.Pipeline.Fetching.Control;

/// <summary>A request that may be sent. Whoever has one says what came of it, or that it was cut short.</summary>
/// <param name="TimeLimit">How long it is to be waited for.</param>
/// <param name="Sent">Who is told what came of it.</param>
internal readonly record struct Permit(TimeSpan TimeLimit, SentRequest Sent);
