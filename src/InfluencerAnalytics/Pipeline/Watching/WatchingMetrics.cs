using System.Diagnostics.Metrics;
using InfluencerAnalytics.Metrics;

namespace InfluencerAnalytics.Pipeline.Watching;

/// <summary>Counts what this process folds, in the instruments of the <see cref="ProgramMeter"/>. Safe for concurrent use.</summary>
public sealed class WatchingMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _folded;
    private readonly Counter<long> _opened;
    private readonly Counter<long> _failed;
    private long _behindMs = -1;

    /// <param name="meters">Of the host; null for a meter of its own.</param>
    public WatchingMetrics(IMeterFactory? meters = null)
    {
        _meter = meters?.Create(ProgramMeter.Name) ?? new Meter(ProgramMeter.Name);
        _folded = _meter.CreateCounter<long>($"{ProgramMeter.Name}.suspicion.own.folded", "{hour}", "Hours of influencers that went into our own opinion of them.");
        _opened = _meter.CreateCounter<long>($"{ProgramMeter.Name}.suspicion.own.opened", "{hour}", "Those of which the single readings were looked into.");
        _failed = _meter.CreateCounter<long>($"{ProgramMeter.Name}.suspicion.own.failed", "{round}", "Rounds of that work that failed, and were tried again.");
        _meter.CreateObservableGauge($"{ProgramMeter.Name}.suspicion.own.behind", ObserveBehind, "s", "How much more is rolled up than has gone into our own opinion, in the process that makes it.");
    }

    /// <summary>What is folded ends so far before what is rolled up; null while another process does it.</summary>
    public TimeSpan? Behind => Interlocked.Read(ref _behindMs) is >= 0 and var ms ? TimeSpan.FromMilliseconds(ms) : null;

    /// <summary>So that the first rise of each is seen.</summary>
    public void Begin()
    {
        foreach (var counter in (Counter<long>[])[_folded, _opened, _failed])
            counter.Add(0);
    }

    public void Folded(int hours, int opened)
    {
        _folded.Add(hours);
        _opened.Add(opened);
    }

    public void Failed() => _failed.Add(1);

    public void IsBehind(TimeSpan? by) => Interlocked.Exchange(ref _behindMs, by is { } known ? (long)known.TotalMilliseconds : -1);

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<double>> ObserveBehind() => Behind is { } behind ? [new Measurement<double>(behind.TotalSeconds)] : [];
}
