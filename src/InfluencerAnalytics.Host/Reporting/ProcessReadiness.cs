using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Pipeline.Suspicion;
using InfluencerAnalytics.Pipeline.Suspicion.Seeding;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Host.Reporting;

/// <summary>Whether this process can work, said once for the endpoint of every role, the live screen and the summary. Safe for concurrent use.</summary>
/// <param name="workers">All that works in the background.</param>
/// <param name="store">The store.</param>
/// <param name="metrics">Of the pipeline: how the provider is.</param>
/// <param name="leaderboard">Null in a role without the API.</param>
/// <param name="suspicion">Null where nothing is judged.</param>
/// <param name="lane">Null where nothing is done for that either.</param>
internal sealed class ProcessReadiness(
    WorkerHealth workers, IStoreStatus store, PipelineMetrics metrics, InfluencerLeaderboard? leaderboard = null, SuspicionMetrics? suspicion = null, SuspicionLane? lane = null) : IReadiness
{
    /// <summary>What is wrong with the workers, a sentence each.</summary>
    public IReadOnlyList<string> WorkerProblems => workers.Problems();

    /// <inheritdoc/>
    public async ValueTask<(IReadOnlyList<string> Reasons, IReadOnlyList<string> Notes)> ReadAsync(CancellationToken cancellationToken) =>
        Judge(await store.GetStatusAsync(cancellationToken));

    /// <summary>The same, by whoever asked the store already.</summary>
    public (IReadOnlyList<string> Reasons, IReadOnlyList<string> Notes) Judge(StoreStatus status)
    {
        var reasons = new List<string>(WorkerProblems);
        if (!status.Ready)
            reasons.Add($"store: {status.Detail ?? "is away."}");
        // Its follower is well while it loads, and ranks cannot be asked for.
        if (reasons.Count == 0 && leaderboard?.State is { IsLoaded: false, Problem: { } loading })
            reasons.Add($"leaderboard: {loading}");
        List<string> notes = [.. ProviderNotes.Of(metrics.Provider), .. suspicion?.Notes() ?? [], .. lane?.Notes() ?? []];
        if (status is { Ready: true, Detail: { } detail })
            notes.Add($"store: {detail}");
        return (reasons, notes);
    }
}
