using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Ranks;

namespace InfluencerAnalytics.Host.Api.Timelines;

/// <summary>A day of one influencer with its rank on it; null where that is not known.</summary>
internal readonly record struct RankedDay(Rollup Rollup, DayRank? Rank);
