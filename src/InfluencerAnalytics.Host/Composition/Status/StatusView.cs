namespace InfluencerAnalytics.Host.Composition.Status;

/// <summary>What the live status and the <c>status</c> command show; null where it is not known.</summary>
internal sealed record StatusView(
    DateTimeOffset At,
    TimeSpan? Interval,
    IReadOnlyList<SlotLine> Slots,
    FetchLine? Fetch,
    IngestLine? Ingest,
    IReadOnlyList<QueueLine> Queues,
    StoreLine? Store,
    IReadOnlyList<string> Problems)
{
    public long? Tracked { get; init; }

    public long? Gone { get; init; }
}

/// <param name="Coverage">0 to 1; null when nothing was tracked.</param>
/// <param name="Final">False while points of the slot may still come.</param>
internal sealed record SlotLine(DateTimeOffset Slot, long Stored, long Tracked, double? Coverage, bool Final);

/// <param name="Failures">Failed attempts by reason since start.</param>
internal sealed record FetchLine(double PerSecond, int InFlight, int? Limit, bool CircuitOpen, IReadOnlyDictionary<string, long> Failures);

internal sealed record IngestLine(double PerSecond, double? LagSeconds);

internal sealed record QueueLine(string Name, long Waiting, long InFlight, double OldestSeconds, long Dead);

/// <param name="BytesPerDay">What a day of readings adds before old ones are dropped; null when it cannot be told.</param>
internal sealed record StoreLine(string Kind, string State, long? UsedBytes, long? FreeBytes, double? BytesPerDay);
