namespace InfluencerAnalytics.Working;

/// <summary>What a round of a <see cref="Worker"/> came to.</summary>
internal readonly record struct WorkResult(bool DidWork, string? BlockedBecause)
{
    /// <summary>There was something to do, and there may be more at once.</summary>
    public static WorkResult Worked { get; } = new(true, null);

    /// <summary>Nothing to do for now.</summary>
    public static WorkResult Idle { get; } = new(false, null);

    /// <summary>It must not work now: the worker is unready until that is over.</summary>
    public static WorkResult Blocked(string reason) => new(false, reason);
}
