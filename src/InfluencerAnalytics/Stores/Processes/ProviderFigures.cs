namespace InfluencerAnalytics.Stores.Processes;

/// <summary>How a process that fetches gets on with the provider.</summary>
public sealed record ProviderFigures
{
    /// <summary>Requests that may be in flight at once, as adapted.</summary>
    public int ConcurrencyLimit { get; init; }

    /// <summary>Requests that may be sent a second; null for no limit.</summary>
    public double? RateLimit { get; init; }

    /// <summary>Whether fewer are sent a second than is configured, since the provider refuses some (429).</summary>
    public bool IsRefusing { get; init; }

    /// <summary>How long an ordinary request is waited for, in seconds.</summary>
    public double TimeLimitSeconds { get; init; }

    /// <summary>Since when next to none is answered, in epoch milliseconds; null while the provider is there.</summary>
    public long? AwaySince { get; init; }

    /// <summary>Why most requests fail then.</summary>
    public string? AwayReason { get; init; }

    /// <summary>Whether the breaker keeps requests back.</summary>
    public bool KeepsBack { get; init; }

    /// <summary>Until when nobody is asked, since the provider wished for a pause, in epoch milliseconds; null while there is none.</summary>
    public long? PausedUntil { get; init; }
}
