using System.Globalization;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Processes;

namespace InfluencerAnalytics.Host.Reporting;

/// <summary>
/// Reports on the pipeline, for the API and the live status, from the figures that the instruments of this process have, read anew, and from what the other processes reported. What is
/// away is left null with the reason, so that the report comes when it is needed most. Safe for concurrent use.
/// </summary>
internal sealed class PipelineReport(StoreMetrics store, SlotMetrics slots, QueueMetrics queues, DeploymentProcesses processes, TimeProvider timeProvider)
{
    private const double SecondsADay = 86_400;

    public async ValueTask<PipelineResponse> ReadAsync(CancellationToken cancellationToken)
    {
        var status = await store.ReadAsync(cancellationToken);
        var (recent, problem) = await TryReadSlotsAsync(cancellationToken);
        if (problem is not null)
            status = store.Note(status, problem);
        var all = await processes.ReadAsync(status, cancellationToken);
        IReadOnlyList<ProcessReport> counted = [.. all.Where(DeploymentProcesses.IsCounted).Select(one => one.Report)];
        var (depths, queueProblem) = await TryReadQueuesAsync(counted, cancellationToken);
        return new PipelineResponse(
            recent?.Sealed?.Interval.TotalSeconds, recent?.Sealed?.Generation, recent?.Counts.Tracked, recent?.Counts.Gone, recent?.Slots.Select(Respond).ToList(),
            Respond(ProcessSums.Fetch(counted)), depths, queueProblem, Respond(ProcessSums.Ingest(counted)), Respond(status, recent))
        {
            Processes = [.. all.Select(Respond)],
        };
    }

    private async ValueTask<(RecentSlots? Recent, string? Problem)> TryReadSlotsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await slots.ReadAsync(cancellationToken), null);
        }
        catch (StoreUnavailableException exception)
        {
            return (null, exception.Message);
        }
    }

    private async ValueTask<(IReadOnlyDictionary<string, QueueResponse>? Depths, string? Problem)> TryReadQueuesAsync(
        IReadOnlyList<ProcessReport> counted, CancellationToken cancellationToken)
    {
        try
        {
            var depths = await queues.ReadAsync(cancellationToken);
            return (depths.ToDictionary(pair => pair.Key, pair => Respond(pair.Value, ProcessSums.NewerMessages(counted, pair.Key))), null);
        }
        catch (QueueUnavailableException exception)
        {
            return (null, exception.Message);
        }
    }

    private static SlotResponse Respond(RecentSlot slot) => new(
        UtcText.Of(slot.Summary.Slot), slot.Summary.Covered, slot.Summary.Tracked, slot.Summary.Coverage, slot.IsFinal, slot.Missed)
    {
        Others = slot.Summary.Others,
        Gone = slot.Summary.Gone,
    };

    private static QueueResponse Respond(QueueReading reading, int newerVersion) => new(
        reading.Depth?.Waiting, reading.Depth?.InFlight, reading.Depth?.Delayed, reading.Depth?.OldestWaitingSeconds is { } seconds ? Math.Round(seconds, 1) : null,
        reading.Dead?.Kept, reading.Dead?.Dropped, newerVersion)
    {
        Problem = reading.Problem,
    };

    private static FetchResponse Respond(FetchFigures fetch)
    {
        var provider = fetch.Provider;
        return new FetchResponse(
            Math.Round(fetch.PerSecond, 1), fetch.InFlight, provider?.ConcurrencyLimit ?? 0,
            provider?.RateLimit is { } rate ? Math.Round(rate, 1) : null, provider is null ? null : Math.Round(provider.TimeLimitSeconds, 2),
            provider?.KeepsBack ?? false, provider?.AwaySince is { } since ? UtcText.Of(since) : null, provider?.AwayReason,
            fetch.Fetched, fetch.Dropped, fetch.Failures)
        {
            ProviderRefuses = provider?.IsRefusing ?? false,
            PausedUntil = provider?.PausedUntil is { } until ? UtcText.Of(until) : null,
        };
    }

    private static IngestResponse Respond(IngestFigures ingest) => new(
        Math.Round(ingest.PerSecond, 1), ingest.LagSeconds, ingest.Stored, ingest.Duplicates, ingest.Expired, ingest.DeadLettered)
    {
        Refused = ingest.Refused,
    };

    private ProcessResponse Respond(ReportedProcess process)
    {
        var (report, age) = process;
        var isCounted = DeploymentProcesses.IsCounted(process);
        var silence = Math.Round(age.TotalSeconds, 1);
        var problem = report.Problems.Count > 0 ? string.Join(" ", report.Problems) : null;
        return new ProcessResponse(
            report.Role, report.Host, report.Version, isCounted && problem is null, isCounted ? problem : string.Create(CultureInfo.InvariantCulture, $"Last heard of {silence:F0} s ago."),
            UtcText.Of(report.StartedAt), UtcText.Of((timeProvider.GetUtcNow() - age).ToUnixTimeMilliseconds()))
        {
            Id = report.Id,
            SilentSeconds = silence,
            Counted = isCounted,
            Notes = report.Notes,
            FetchedPerSecond = Math.Round(report.Fetch.PerSecond, 1),
            InFlight = report.Fetch.InFlight,
            FailedAttempts = report.Fetch.Failures.Values.Sum(),
            StoredPerSecond = Math.Round(report.Ingest.PerSecond, 1),
            LagSeconds = report.Ingest.LagSeconds,
        };
    }

    private static StoreResponse Respond(StoreStatus status, RecentSlots? recent)
    {
        var bytesPerDay = status.BytesPerPoint * PointsPerSecond(recent) * SecondsADay;
        return new StoreResponse(
            status.Kind, status.Ready ? "ready" : "away", status.Detail, status.UsedBytes, status.FreeBytes, status.BytesPerPoint,
            bytesPerDay is { } bytes ? Math.Round(bytes) : null,
            bytesPerDay is > 0 and var daily && status.FreeBytes is { } free ? Math.Round(free / daily, 1) : null)
        {
            Points = status.Points,
        };
    }

    // Over the final slots shown, so that it holds for the whole deployment and not only for what this process stores.
    private static double? PointsPerSecond(RecentSlots? recent)
    {
        if (recent?.Sealed is not { } generation)
            return null;
        var stored = 0L;
        var count = 0;
        foreach (var slot in recent.Slots)
        {
            if (!slot.IsFinal)
                continue;
            stored += slot.Summary.Stored;
            count++;
        }
        return count == 0 ? null : stored / (count * generation.Interval.TotalSeconds);
    }
}
