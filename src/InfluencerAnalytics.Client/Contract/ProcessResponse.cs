namespace InfluencerAnalytics.Client.Contract;

/// <summary>A process of the deployment, as it reported itself.</summary>
/// <param name="Role">seeder, fetcher, ingester, api, or up for all of these.</param>
/// <param name="Host">The name of its machine.</param>
/// <param name="Version">Of the program.</param>
/// <param name="Ready">Whether it works; false of one that is silent.</param>
/// <param name="Problem">Why it does not, else null.</param>
/// <param name="Since">When it started, by its own clock (ISO 8601).</param>
/// <param name="LastSeen">When it reported last (ISO 8601).</param>
public sealed record ProcessResponse(string Role, string Host, string Version, bool Ready, string? Problem, string Since, string LastSeen)
{
    /// <summary>Of this run of it: role, host and a random part.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>How long ago it reported; 0 of the process that answers.</summary>
    public double SilentSeconds { get; init; }

    /// <summary>Whether it reported within 30 s, and its figures are among those of fetch and ingest.</summary>
    public bool Counted { get; init; }

    /// <summary>What hampers it though it works, such as a provider that it cannot reach.</summary>
    public IReadOnlyList<string> Notes { get => field ?? []; init; }

    /// <summary>Readings, over 10 s; 0 where nothing is fetched.</summary>
    public double FetchedPerSecond { get; init; }

    /// <summary>Requests at the provider.</summary>
    public int InFlight { get; init; }

    /// <summary>Since it started, those that a retry mended included.</summary>
    public long FailedAttempts { get; init; }

    /// <summary>Data points, over 10 s; 0 where nothing is stored.</summary>
    public double StoredPerSecond { get; init; }

    /// <summary>From reading to store, newest write; null before the first.</summary>
    public double? LagSeconds { get; init; }
}
