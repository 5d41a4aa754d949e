using InfluencerAnalytics.Stores.Processes;

namespace InfluencerAnalytics.Host.Reporting;

/// <summary>What processes come to together. Of one alone it is what that one says.</summary>
internal static class ProcessSums
{
    public static FetchFigures Fetch(IReadOnlyList<ProcessReport> reports)
    {
        var failures = new Dictionary<string, long>();
        foreach (var (reason, count) in reports.SelectMany(report => report.Fetch.Failures))
            failures[reason] = failures.GetValueOrDefault(reason) + count;
        return new FetchFigures
        {
            PerSecond = reports.Sum(report => report.Fetch.PerSecond),
            InFlight = reports.Sum(report => report.Fetch.InFlight),
            Fetched = reports.Sum(report => report.Fetch.Fetched),
            Dropped = reports.Sum(report => report.Fetch.Dropped),
            Failures = failures,
            Provider = Provider([.. reports.Select(report => report.Fetch.Provider).OfType<ProviderFigures>()]),
        };
    }

    public static IngestFigures Ingest(IReadOnlyList<ProcessReport> reports) => new()
    {
        PerSecond = reports.Sum(report => report.Ingest.PerSecond),
        LagSeconds = Lag(reports),
        Stored = reports.Sum(report => report.Ingest.Stored),
        Duplicates = reports.Sum(report => report.Ingest.Duplicates),
        Expired = reports.Sum(report => report.Ingest.Expired),
        Refused = reports.Sum(report => report.Ingest.Refused),
        DeadLettered = reports.Sum(report => report.Ingest.DeadLettered),
    };

    /// <summary>How many messages of a queue are of a newer version: one comes to several processes in turn, so that the most that one of them counts is nearer to it than the sum.</summary>
    public static int NewerMessages(IReadOnlyList<ProcessReport> reports, string queue) =>
        reports.Select(report => report.NewerMessages.GetValueOrDefault(queue)).DefaultIfEmpty().Max();

    // The last write of one that has nothing to store may be an hour old, and as late as it was then.
    private static double? Lag(IReadOnlyList<ProcessReport> reports) =>
        reports.Where(report => report.Ingest.PerSecond > 0).Max(report => report.Ingest.LagSeconds) ?? reports.Max(report => report.Ingest.LagSeconds);

    /// <summary>One of several that cannot reach it says so itself: the provider is away when it is so for all.</summary>
    private static ProviderFigures? Provider(IReadOnlyList<ProviderFigures> all)
    {
        if (all.Count == 0)
            return null;
        var lastAway = all.All(one => one.AwaySince is not null) ? all.MaxBy(one => one.AwaySince) : null;
        return new ProviderFigures
        {
            ConcurrencyLimit = all.Sum(one => one.ConcurrencyLimit),
            RateLimit = all.All(one => one.RateLimit is not null) ? all.Sum(one => one.RateLimit) : null,
            IsRefusing = all.Any(one => one.IsRefusing),
            TimeLimitSeconds = all.Max(one => one.TimeLimitSeconds),
            AwaySince = lastAway?.AwaySince,
            AwayReason = lastAway?.AwayReason,
            KeepsBack = all.All(one => one.KeepsBack),
            PausedUntil = all.All(one => one.PausedUntil is not null) ? all.Min(one => one.PausedUntil) : null,
        };
    }
}
