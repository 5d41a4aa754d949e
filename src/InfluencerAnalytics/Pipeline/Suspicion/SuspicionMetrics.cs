using System.Diagnostics.Metrics;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Metrics;

namespace InfluencerAnalytics.Pipeline.Suspicion;

/// <summary>Counts what the classifier of this process does, in the instruments of the <see cref="ProgramMeter"/>, and says what people should know of it. Safe for concurrent use.</summary>
public sealed class SuspicionMetrics : IDisposable
{
    // Shards wait a little for whoever polls, and for those before them; a lane that is behind by less than this catches up by itself.
    private static readonly TimeSpan WorthSaying = TimeSpan.FromMinutes(10);

    // From a provider next door to the greatest time limit that can be configured.
    private static readonly InstrumentAdvice<double> Durations = new() { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 120] };

    private readonly TimeProvider _timeProvider;
    private readonly Meter _meter;
    private readonly Counter<long> _failed;
    private readonly Histogram<double> _duration;
    private int _inFlight;
    private long _behindTicks;
    private long _awaySince;

    /// <param name="timeProvider">Says since when the provider is away.</param>
    /// <param name="meters">Of the host; null for a meter of its own.</param>
    public SuspicionMetrics(TimeProvider timeProvider, IMeterFactory? meters = null)
    {
        _timeProvider = timeProvider;
        _meter = meters?.Create(ProgramMeter.Name) ?? new Meter(ProgramMeter.Name);
        _duration = _meter.CreateHistogram($"{ProgramMeter.Name}.suspicion.check.duration", "s", "How long the provider took to judge an influencer, by outcome: ok, or why there is no verdict.", advice: Durations);
        _failed = _meter.CreateCounter<long>($"{ProgramMeter.Name}.suspicion.failed", "{influencer}", "Influencers that were not judged in their period, though the provider was asked until it was over.");
        _meter.CreateObservableUpDownCounter($"{ProgramMeter.Name}.suspicion.in_flight", () => Volatile.Read(ref _inFlight), "{request}", "Suspicion checks at the provider now.");
        _meter.CreateObservableGauge($"{ProgramMeter.Name}.suspicion.behind", () => Behind.TotalSeconds, "s", "From when the shard of checks that came last was due to when it came.");
        _meter.CreateObservableGauge($"{ProgramMeter.Name}.suspicion.away", () => AwaySince is null ? 0 : 1, null, "1 while the lane's breaker is open: the provider answers no suspicion checks.");
    }

    /// <summary>By how much the shard that came last was late.</summary>
    public TimeSpan Behind => TimeSpan.FromTicks(Interlocked.Read(ref _behindTicks));

    /// <summary>Since when the provider answers no checks; null while it does.</summary>
    public DateTimeOffset? AwaySince => Interlocked.Read(ref _awaySince) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>What is to be said of a lane that works, a sentence each.</summary>
    public IReadOnlyList<string> Notes()
    {
        var notes = new List<string>();
        if (AwaySince is { } since)
            notes.Add($"The provider has answered no suspicion checks since {UtcText.Of(since)}; one is tried now and then.");
        if (Behind >= WorthSaying)
            notes.Add($"The suspicion checks are {Behind.TotalMinutes:F0} min behind.");
        return notes;
    }

    /// <summary>A shard came of which nobody was judged in its period yet.</summary>
    /// <param name="late">Since its due time.</param>
    public void ShardCame(TimeSpan late) => Interlocked.Exchange(ref _behindTicks, Math.Max(0, late.Ticks));

    public void CheckStarted() => Interlocked.Increment(ref _inFlight);

    /// <param name="reason">Why there is no verdict; null when there is one.</param>
    /// <param name="time">From when it was sent.</param>
    public void CheckEnded(MissReason? reason, TimeSpan time)
    {
        Interlocked.Decrement(ref _inFlight);
        _duration.Record(time.TotalSeconds, new KeyValuePair<string, object?>("outcome", reason is { } failed ? MissReasons.NameOf(failed) : "ok"));
    }

    public void GaveUp(int count) => _failed.Add(count);

    public void ProviderWentAway() => Interlocked.Exchange(ref _awaySince, _timeProvider.GetUtcNow().UtcTicks);

    public void ProviderIsBack() => Interlocked.Exchange(ref _awaySince, 0);

    public void Dispose() => _meter.Dispose();
}
