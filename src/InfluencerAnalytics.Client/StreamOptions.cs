namespace InfluencerAnalytics.Client;

/// <summary>How a stream goes on when its connection ends.</summary>
public sealed record StreamOptions
{
    /// <summary>
    /// Whether the stream connects again by itself, behind the last event that was read. Default true. False: it ends with the connection, or throws what went wrong, as every other
    /// method does.
    /// </summary>
    public bool Reconnect { get; init; } = true;

    /// <summary>
    /// The longest pause between two attempts that nobody asked for; at least <see cref="TimeSpan.Zero"/>. Default 60 s. The pauses begin with what the stream's <c>retry:</c> says
    /// (1 s before it said anything), double with each attempt that brings no event, and are spread over half of their length more, so that those who lost the same server do not all
    /// come back at once. A longer <c>Retry-After</c> or <c>retry:</c> is waited for all the same, up to an hour.
    /// </summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a connection may be silent until it counts as broken; longer than zero. Default 60 s: the API says something every 15 s at the least.
    /// </summary>
    public TimeSpan MaxSilence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Told before each pause why there is one (null: the server ended the stream, as one that stops does) and how long it is. It must not throw. Default none.</summary>
    public Action<Exception?, TimeSpan>? Interrupted { get; init; }

    internal TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
