namespace InfluencerAnalytics.Stores.Points;

/// <summary>The size of a roll-up's bucket, on UTC.</summary>
public enum RollupPeriod : byte
{
    Hour = 1,
    Day = 2,
}
