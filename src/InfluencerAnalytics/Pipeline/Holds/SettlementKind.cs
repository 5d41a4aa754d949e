namespace InfluencerAnalytics.Pipeline.Holds;

/// <summary>The kinds of <see cref="Settlement"/>.</summary>
internal enum SettlementKind
{
    /// <summary>Nothing is said to the queue: the hold ends and the message comes again. For a visit that failed.</summary>
    LeaveHidden,

    /// <summary>The message reappears at a moment.</summary>
    Rearm,

    /// <summary>The message is deleted.</summary>
    Delete,
}
