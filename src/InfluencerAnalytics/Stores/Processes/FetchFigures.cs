using System.Collections.ObjectModel;

namespace InfluencerAnalytics.Stores.Processes;

/// <summary>What a process fetches; zeros where it fetches nothing.</summary>
public sealed record FetchFigures
{
    public static FetchFigures None { get; } = new();

    /// <summary>Readings a second, over the last 10 s.</summary>
    public double PerSecond { get; init; }

    /// <summary>Requests at the provider.</summary>
    public int InFlight { get; init; }

    /// <summary>Readings fetched since the process started, as the following counts.</summary>
    public long Fetched { get; init; }

    /// <summary>Readings fetched and then dropped: the queue took nothing until their slot was final.</summary>
    public long Dropped { get; init; }

    /// <summary>Failed attempts by the name of the reason, those that a retry mended included.</summary>
    public IReadOnlyDictionary<string, long> Failures { get => field ?? ReadOnlyDictionary<string, long>.Empty; init; }

    /// <summary>How it gets on with the provider; null where nothing is fetched.</summary>
    public ProviderFigures? Provider { get; init; }
}
