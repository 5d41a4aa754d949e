namespace InfluencerAnalytics.Influencers;

/// <summary>The range of an influencer id: what a JSON number can carry exactly.</summary>
public static class InfluencerIds
{
    public const long Min = 1;

    /// <summary>2^53-1, the greatest integer that every JSON reader keeps exact (RFC 8259, section 6).</summary>
    public const long Max = (1L << 53) - 1;

    public static bool IsValid(long id) => id is >= Min and <= Max;
}
