namespace InfluencerAnalytics.Pipeline.Fetching.Leases;

/// <summary>The kinds of <see cref="Settlement"/>.</summary>
internal enum SettlementKind
{
    /// <summary>Nothing is said to the queue: the lease ends and the message comes again. For a visit that failed.</summary>
    LeaveToLease,

    /// <summary>The message reappears at a moment.</summary>
    Rearm,

    /// <summary>The message is deleted.</summary>
    Delete,
}
