using System.Diagnostics.Metrics;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Metrics;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Pipeline;

/// <summary>
/// Counts what the pipeline of this process does, in the instruments of the <see cref="ProgramMeter"/>; the API, the live status and any exporter read these.
/// Safe for concurrent use.
/// </summary>
public sealed class PipelineMetrics : IDisposable
{
    private const string Ok = "ok";

    // From a provider next door to the greatest time limit that can be configured.
    private static readonly InstrumentAdvice<double> Latencies = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

    // A reading waits for the others of its pass, seconds; after an outage of the store, for as long as that lasted.
    private static readonly InstrumentAdvice<double> Lags = new() { HistogramBucketBoundaries = [0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 900, 3600, 14_400, 86_400] };

    private static readonly InstrumentAdvice<int> BatchSizes = new() { HistogramBucketBoundaries = [1, 10, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 20_000] };
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
    private readonly Histogram<double> _lag;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _latency;
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
        _lag = _meter.CreateHistogram($"{ProgramMeter.Name}.ingest.lag", "s", "From reading to store, for the oldest reading of each message.", advice: Lags);
        _batchSize = _meter.CreateHistogram($"{ProgramMeter.Name}.ingest.batch_size", "{data_point}", "Data points of one write to the store.", advice: BatchSizes);
        _latency = _meter.CreateHistogram($"{ProgramMeter.Name}.provider.request.duration", "s", "How long the provider took for a request, by outcome: ok, or why there is no reading.", advice: Latencies);
        _shardLateness = _meter.CreateHistogram($"{ProgramMeter.Name}.fetch.shard_lateness", "s", "From the due time of a shard, or its sending where that is later, to its receive.", advice: Lateness);
        _meter.CreateObservableUpDownCounter($"{ProgramMeter.Name}.fetch.in_flight", () => Volatile.Read(ref _inFlight), "{request}", "Requests at the provider now.");
        _meter.CreateObservableGauge($"{ProgramMeter.Name}.provider.concurrency_limit", () => Observe(state => state.ConcurrencyLimit), "{request}", "How many requests may be in flight, as adapted.");
        _meter.CreateObservableGauge($"{ProgramMeter.Name}.provider.rate_limit", () => Observe(state => state.RequestsPerSecond), "{request}/s", "How many requests may be sent a second; nothing while there is no limit.");
        _meter.CreateObservableGauge($"{ProgramMeter.Name}.provider.time_limit", () => Observe(state => state.TimeLimit.TotalSeconds), "s", "How long an ordinary request is waited for, as adapted.");
        _meter.CreateObservableGauge($"{ProgramMeter.Name}.provider.away", () => Observe(state => state.AwaySince is null ? 0 : 1), null, "1 while the breaker is open: next to no request is answered, and but for probes none is sent.");
        _totals = new MeterTotals(_meter, timeProvider, [_fetched, _stored], [_lag]);
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

    /// <summary>A request came to its end.</summary>
    /// <param name="reason">Why there is no reading; null when there is one.</param>
    /// <param name="time">From when it was sent.</param>
    // Once a request, 16,667 times a second: one tag and its text, both there already, so that nothing is allocated.
    public void RequestTook(MissReason? reason, TimeSpan time) =>
        _latency.Record(time.TotalSeconds, new KeyValuePair<string, object?>("outcome", reason is { } failed ? MissReasons.NameOf(failed) : Ok));

    public void AttemptFailed(MissReason reason) => _failedAttempts.Add(1, new KeyValuePair<string, object?>("reason", MissReasons.NameOf(reason)));

    public void ProviderIs(ProviderState state) => _provider = state;

    /// <summary>What one write to the store came to.</summary>
    public void StoredPoints(in AppendResult result)
    {
        _stored.Add(result.Inserted);
        _duplicates.Add(result.Duplicates);
        _expired.Add(result.Expired);
        _refused.Add(result.Refused);
        _batchSize.Record(result.Inserted + result.Duplicates + result.Expired + result.Refused);
    }

    /// <summary>For how long the oldest reading of a message waited until it was stored.</summary>
    public void Lagged(double seconds) => _lag.Record(seconds);

    public void DeadLettered(int count) => _deadLettered.Add(count);

    /// <summary>
    /// Has every counter say that nothing was counted yet. To be called once an exporter listens: else a first dead letter, say, comes as a new series that begins
    /// with 1, in which whoever looks for a rise sees none.
    /// </summary>
    public void Begin()
    {
        foreach (var counter in (Counter<long>[])[_fetched, _dropped, _stored, _duplicates, _expired, _refused, _deadLettered])
            counter.Add(0);
    }

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
