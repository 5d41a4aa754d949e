namespace InfluencerAnalytics.Leaderboard.Changes;

/// <summary>Over how long a change of follower counts is told.</summary>
public enum ChangeWindow
{
    /// <summary>1 h.</summary>
    Hour,

    /// <summary>24 h.</summary>
    Day,

    /// <summary>7 d.</summary>
    Week,
}
