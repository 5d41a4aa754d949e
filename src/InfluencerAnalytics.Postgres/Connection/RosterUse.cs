namespace InfluencerAnalytics.Postgres.Connection;

/// <summary>What a write has to do with the roster.</summary>
internal enum RosterUse
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It goes by it: nobody may change it meanwhile.</summary>
    Shared,

    /// <summary>It changes it, or what is counted by it: alone.</summary>
    Alone,
}
