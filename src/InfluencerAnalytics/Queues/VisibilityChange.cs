namespace InfluencerAnalytics.Queues;

/// <summary>A received message and in how long it shall reappear: zero to <see cref="QueueLimits.MaxVisibility"/>.</summary>
public readonly record struct VisibilityChange(ReceivedMessage Message, TimeSpan Visibility)
{
    /// <summary>
    /// The message stays with its holder, who is still at work on it. A queue that knows when its holders have died may then show it at once;
    /// without this, the message is put back and stays hidden until its time.
    /// </summary>
    public bool RenewsHold { get; init; }
}
