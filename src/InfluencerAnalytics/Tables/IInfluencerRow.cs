namespace InfluencerAnalytics.Tables;

/// <summary>What <see cref="InfluencerRows{TRow}"/> holds of an influencer.</summary>
public interface IInfluencerRow
{
    /// <summary>Set once, by the table.</summary>
    long Id { get; set; }
}
