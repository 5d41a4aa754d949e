using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Processes;

namespace InfluencerAnalytics.Host.Reporting;

/// <summary>What this process has to say of itself, from the figures that its instruments have. Safe for concurrent use.</summary>
internal sealed class OwnProcess(ProcessIdentity identity, ProcessReadiness readiness, PipelineMetrics statistics, NewerMessages newerMessages)
{
    public string Id => identity.Id;

    /// <param name="store">How the store is now, which readiness depends on.</param>
    public ProcessReport Describe(StoreStatus store)
    {
        var snapshot = statistics.Snapshot();
        var (reasons, notes) = readiness.Judge(store);
        return new ProcessReport(identity.Id, identity.Role, identity.Host, identity.Version, identity.StartedAt)
        {
            Problems = reasons,
            Notes = notes,
            Fetch = new FetchFigures
            {
                PerSecond = snapshot.FetchesPerSecond,
                InFlight = snapshot.FetchesInFlight,
                Fetched = snapshot.Fetched,
                Dropped = snapshot.Dropped,
                Failures = MissReasons.ByName(snapshot.FailedAttempts),
                Provider = snapshot.Provider is { } provider ? Describe(provider) : null,
            },
            Ingest = new IngestFigures
            {
                PerSecond = snapshot.StoredPerSecond,
                LagSeconds = snapshot.LagSeconds,
                Stored = snapshot.Stored,
                Duplicates = snapshot.Duplicates,
                Expired = snapshot.Expired,
                Refused = snapshot.Refused,
                DeadLettered = snapshot.DeadLettered,
            },
            NewerMessages = QueueNames.All.ToDictionary(name => name, newerMessages.CountOf),
        };
    }

    private static ProviderFigures Describe(ProviderState provider) => new()
    {
        ConcurrencyLimit = provider.ConcurrencyLimit,
        RateLimit = provider.RequestsPerSecond,
        IsRefusing = provider.IsRefusing,
        TimeLimitSeconds = provider.TimeLimit.TotalSeconds,
        AwaySince = provider.AwaySince?.ToUnixTimeMilliseconds(),
        AwayReason = provider.AwayReason,
        KeepsBack = provider.KeepsBack,
        PausedUntil = provider.PausedUntil?.ToUnixTimeMilliseconds(),
    };
}
