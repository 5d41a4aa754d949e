namespace InfluencerAnalytics.Stores.Ranks;

/// <summary>The rank of one influencer on one UTC day, by the day's last follower count among all that have a reading of the day.</summary>
/// <param name="Day">Its start in epoch milliseconds.</param>
/// <param name="Rank">1 and how many have more followers; who has as many shares it.</param>
/// <param name="RankOf">How many have a reading of the day.</param>
public readonly record struct DayRank(long Day, int Rank, int RankOf);
