namespace InfluencerAnalytics.Client.Contract;

/// <summary>How the pipeline is doing. Fetch and ingest are of all processes that reported within 30 s, together; while the store is away, of the one that answers.</summary>
/// <param name="Interval">Seconds; null before the first seeding or while the store is away.</param>
/// <param name="Generation">The last sealed seeding.</param>
/// <param name="Tracked">Influencers on the roster now, the gone ones not counted; null while the store is away.</param>
/// <param name="Gone">Those that the provider does not know.</param>
/// <param name="Slots">The last ones, ascending; null while the store is away.</param>
/// <param name="Queues">By name; null while all are away.</param>
/// <param name="QueueProblem">Why all queues are away, else null.</param>
public sealed record PipelineResponse(
    double? Interval,
    long? Generation,
    long? Tracked,
    long? Gone,
    IReadOnlyList<SlotResponse>? Slots,
    FetchResponse Fetch,
    IReadOnlyDictionary<string, QueueResponse>? Queues,
    string? QueueProblem,
    IngestResponse Ingest,
    StoreResponse Store)
{
    /// <summary>Every process that reported within an hour and was not stopped as asked, the one that answers included; that one alone while the store is away.</summary>
    public IReadOnlyList<ProcessResponse> Processes { get => field ?? []; init; }
}

/// <param name="Slot">ISO 8601.</param>
/// <param name="Stored">Influencers tracked when it began that have a data point for it.</param>
/// <param name="Tracked">Influencers tracked when it began.</param>
/// <param name="Coverage">Stored / tracked, 0 to 1; null when nothing was tracked.</param>
/// <param name="Final">False while points for it, or reports of misses, can still come in: until two intervals and a second (or a tenth of the interval, where that is less) after it began.</param>
/// <param name="Missed">By reason. Of a final slot stored + missed = tracked: those of whom nobody said anything are <c>unreported</c>.</param>
public sealed record SlotResponse(string Slot, long Stored, long Tracked, double? Coverage, bool Final, IReadOnlyDictionary<string, long> Missed)
{
    /// <summary>Influencers that were gone when it began: not tracked, so not counted in coverage.</summary>
    public long Gone { get; init; }

    /// <summary>Data points of influencers that it does not count: added in the middle, removed, gone, foreign.</summary>
    public long Others { get; init; }
}

/// <param name="PerSecond">Over the last 10 s.</param>
/// <param name="InFlight">Requests at the provider.</param>
/// <param name="ConcurrencyLimit">Requests that may be in flight at once, as adapted; 0 where nothing is fetched.</param>
/// <param name="RateLimit">Requests that may be sent a second, as configured or as the provider allows; null for no limit.</param>
/// <param name="TimeLimitSeconds">How long an ordinary request is waited for, as adapted; null where nothing is fetched.</param>
/// <param name="CircuitOpen">Whether the breaker keeps requests from the provider.</param>
/// <param name="AwaySince">Since when next to no request is answered to any process (ISO 8601); null while the provider is there.</param>
/// <param name="AwayReason">Why most of them fail then; null while the provider is there.</param>
/// <param name="Total">Since each process started.</param>
/// <param name="Dropped">Readings fetched and then dropped since each process started: the queue took nothing until their slot was final.</param>
/// <param name="Failures">Failed attempts by reason since each process started, those that a retry mended included.</param>
public sealed record FetchResponse(
    double PerSecond, int InFlight, int ConcurrencyLimit, double? RateLimit, double? TimeLimitSeconds, bool CircuitOpen, string? AwaySince, string? AwayReason,
    long Total, long Dropped, IReadOnlyDictionary<string, long> Failures)
{
    /// <summary>Whether <see cref="RateLimit"/> is below what is configured because the provider refused requests (429) lately.</summary>
    public bool ProviderRefuses { get; init; }

    /// <summary>Until when nobody is asked but by one request an interval, since the provider wished for a pause (<c>Retry-After</c>; ISO 8601, at most 60 s off); null while there is none.</summary>
    public string? PausedUntil { get; init; }
}

/// <param name="Waiting">Visible messages: a backlog when it grows. Null, as the two that follow, while the queue cannot be read.</param>
/// <param name="Delayed">Sent and never visible yet.</param>
/// <param name="OldestSeconds">For how long the oldest visible message has been visible; null when the queue does not say (SQS).</param>
/// <param name="Dead">Dead letters; null while what keeps them is away.</param>
/// <param name="DroppedDead">Older dead letters that were dropped for those, since more are not kept; null likewise.</param>
/// <param name="NewerVersion">Messages of a version that a process does not know, as many as one of them counted; they wait for a newer program.</param>
public sealed record QueueResponse(long? Waiting, long? InFlight, long? Delayed, double? OldestSeconds, long? Dead, long? DroppedDead, long NewerVersion = 0)
{
    /// <summary>Why the queue cannot be read, while others can, and what to do; else null.</summary>
    public string? Problem { get; init; }
}

/// <param name="PerSecond">Over the last 10 s.</param>
/// <param name="LagSeconds">From reading to store, the oldest reading of the message that was stored last, of the process that is furthest behind; null before the first.</param>
/// <param name="Total">Since each process started, as the following counts.</param>
public sealed record IngestResponse(double PerSecond, double? LagSeconds, long Total, long Duplicates, long Expired, long DeadLettered)
{
    /// <summary>Readings of influencers that never were on the roster, beyond the most that the store keeps of them.</summary>
    public long Refused { get; init; }
}

/// <param name="Kind">embedded, timescaledb or postgresql.</param>
/// <param name="State">ready or away.</param>
/// <param name="Detail">While away, why and what to do; while ready, what people should know of it, else null.</param>
/// <param name="BytesPerDay">What the present rate of readings adds, before anything is dropped by age; null when not known.</param>
/// <param name="DaysUntilFull">Free space / bytes per day; null when not known.</param>
public sealed record StoreResponse(
    string Kind, string State, string? Detail, long? UsedBytes, long? FreeBytes, double? BytesPerPoint, double? BytesPerDay, double? DaysUntilFull)
{
    /// <summary>About how many data points are kept; null when not known.</summary>
    public long? Points { get; init; }
}
