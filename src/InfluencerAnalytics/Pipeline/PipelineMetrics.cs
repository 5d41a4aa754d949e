using System.Diagnostics.Metrics;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Metrics;

namespace InfluencerAnalytics.Pipeline;

/// <summary>
/// Counts what the pipeline of this process does, in the instruments of the <see cref="ProgramMeter"/>; the API, the live status and any exporter read these.
/// Safe for concurrent use.
/// </summary>
public sealed class PipelineMetrics : IDisposable
{
    // What exporters take unless told is made for milliseconds. Below a second is how the queue is polled; above, shards wait for fetchers, for an interval (1 h) at the most.
    private static readonly InstrumentAdvice<double> Lateness = new() { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 300, 900, 3600] };

    private readonly Meter _meter;
    private readonly MeterTotals _totals;
    private readonly Counter<long> _fetched;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _failedAttempts;
    private readonly Counter<long> _stored;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _expired;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _deadLettered;
    private readonly Gauge<double> _lag;
    private readonly Histogram<double> _shardLateness;
    private volatile ProviderState? _provider;
    private int _inFlight;

    /// <param name="timeProvider">For rates.</param>
    /// <param name="meters">Of the host; null for a meter of its own.</param>
    public PipelineMetrics(TimeProvider timeProvider, IMeterFactory? meters = null)
    {
        _meter = meters?.Create(ProgramMeter.Name) ?? new Meter(ProgramMeter.Name);
        _fetched = Counter("fetch.readings", "{reading}", "Readings fetched.");
        _dropped = Counter("fetch.dropped", "{reading}", "Readings fetched and then dropped: the queue took nothing until their slot was final.");
        _failedAttempts = Counter("fetch.failed_attempts", "{request}", "Requests that brought no reading, by reason; those that a retry mended included.");
        _stored = Counter("ingest.stored", "{data_point}", "Data points stored.");
        _duplicates = Counter("ingest.duplicates", "{data_point}", "Data points refused as stored already.");
        _expired = Counter("ingest.expired", "{data_point}", "Data points older than the retention, dropped.");
        _refused = Counter("ingest.refused", "{data_point}", "Data points of influencers that are not on the roster, refused beyond the most that the store keeps of them.");
        _deadLettered = Counter("dead_letters", "{message}", "Messages, and parts of them, moved to the dead letters.");
        _lag = _meter.CreateGauge<double>($"{ProgramMeter.Name}.ingest.lag", "s", "From reading to store, for the newest write.");
        _shardLateness = _meter.CreateHistogram($"{ProgramMeter.Name}.fetch.shard_lateness", "s", "From the due time of a shard, or its sending where that is later, to its receive.", null, Lateness);
        _meter.CreateObservableUpDownCounter($"{ProgramMeter.Name}.fetch.in_flight", () => Volatile.Read(ref _inFlight), "{request}", "Requests at the provider now.");
        _meter.CreateObservableGauge($"{ProgramMeter.Name}.provider.concurrency_limit", () => Observe(state => state.ConcurrencyLimit), "{request}", "How many requests may be in flight, as adapted.");
        _meter.CreateObservableGauge($"{ProgramMeter.Name}.provider.rate_limit", () => Observe(state => state.RequestsPerSecond), "{request}/s", "How many requests may be sent a second; nothing while there is no limit.");
        _meter.CreateObservableGauge($"{ProgramMeter.Name}.provider.time_limit", () => Observe(state => state.TimeLimit.TotalSeconds), "s", "How long an ordinary request is waited for, as adapted.");
        _meter.CreateObservableGauge($"{ProgramMeter.Name}.provider.away", () => Observe(state => state.AwaySince is null ? 0 : 1), null, "1 while next to no request is answered.");
        _totals = new MeterTotals(_meter, timeProvider, _fetched, _stored);
    }

    /// <summary>How the fetcher of this process gets on with the provider; null when there is none.</summary>
    public ProviderState? Provider => _provider;

    /// <summary>A shard was received for a slot.</summary>
    /// <param name="late">Since its due time; less than nothing for one that came early.</param>
    public void ShardCame(TimeSpan late) => _shardLateness.Record(Math.Max(0, late.TotalSeconds));

    public void RequestStarted() => Interlocked.Increment(ref _inFlight);

    public void RequestEnded() => Interlocked.Decrement(ref _inFlight);

    public void Fetched(int count) => _fetched.Add(count);

    /// <summary>Readings that the queue took nothing of until their slot was final.</summary>
    public void Dropped(int count) => _dropped.Add(count);

    public void AttemptFailed(MissReason reason) => _failedAttempts.Add(1, new KeyValuePair<string, object?>("reason", MissReasons.NameOf(reason)));

    public void ProviderIs(ProviderState state) => _provider = state;

    public void StoredPoints(int inserted, int duplicates, int expired, double? lagSeconds)
    {
        _stored.Add(inserted);
        _duplicates.Add(duplicates);
        _expired.Add(expired);
        if (lagSeconds is { } lag)
            _lag.Record(lag);
    }

    public void DeadLettered(int count) => _deadLettered.Add(count);

    /// <summary>Readings of influencers that are not on the roster, beyond the most that the store keeps of them.</summary>
    public void Refused(int count) => _refused.Add(count);

    public PipelineSnapshot Snapshot() => new(
        _totals.PerSecond(_fetched), Volatile.Read(ref _inFlight), _provider, _totals.Sum(_fetched), _totals.Sum(_dropped),
        _totals.SumsByTag(_failedAttempts).Where(pair => pair.Key.Length > 0).ToDictionary(pair => MissReasons.Parse(pair.Key), pair => pair.Value),
        _totals.PerSecond(_stored), _totals.Sum(_stored), _totals.Sum(_duplicates), _totals.Sum(_expired), _totals.Sum(_deadLettered), _totals.Last(_lag))
    {
        Refused = _totals.Sum(_refused),
    };

    public void Dispose()
    {
        _totals.Dispose();
        _meter.Dispose();
    }

    private Counter<long> Counter(string name, string unit, string description) => _meter.CreateCounter<long>($"{ProgramMeter.Name}.{name}", unit, description);

    private IEnumerable<Measurement<double>> Observe(Func<ProviderState, double?> value) =>
        _provider is { } state && value(state) is { } number ? [new Measurement<double>(number)] : [];
}
