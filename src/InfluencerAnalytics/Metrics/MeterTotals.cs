using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace InfluencerAnalytics.Metrics;

/// <summary>
/// What the instruments of one meter came to since start, for those who show figures in this process: they read the very instruments that an exporter does.
/// Safe for concurrent use.
/// </summary>
internal sealed class MeterTotals : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, Total> _totals = new();

    /// <param name="meter">Its instruments, those made before and later.</param>
    /// <param name="timeProvider">For rates.</param>
    /// <param name="rated">Those of which a rate is asked.</param>
    public MeterTotals(Meter meter, TimeProvider timeProvider, params IReadOnlyCollection<Instrument> rated)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // What is observed is a state, and read where it is kept.
            if (instrument.Meter == meter && !instrument.IsObservable)
                listener.EnableMeasurementEvents(instrument, _totals.GetOrAdd(instrument, made => new Total(rated.Contains(made) ? new RateMeter(timeProvider) : null)));
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, total) => ((Total)total!).Add(value, tags.Length > 0 ? tags[0].Value as string : null));
        _listener.SetMeasurementEventCallback<double>(static (_, value, _, total) => ((Total)total!).Last = value);
        _listener.Start();
    }

    /// <summary>All that was added to a counter.</summary>
    public long Sum(Counter<long> counter) => Of(counter).Sum;

    /// <summary>What was added to a counter, by the value of its one tag; those of nothing are left out.</summary>
    public IReadOnlyDictionary<string, long> SumsByTag(Counter<long> counter) => Of(counter).SumsByTag;

    /// <summary>What is added to a counter a second, over the last 10 s.</summary>
    public double PerSecond(Counter<long> counter) => Of(counter).PerSecond();

    /// <summary>What a gauge said last; null when it said nothing yet.</summary>
    public double? Last(Gauge<double> gauge) => double.IsNaN(Of(gauge).Last) ? null : Of(gauge).Last;

    public void Dispose() => _listener.Dispose();

    private Total Of(Instrument instrument) => _totals.TryGetValue(instrument, out var total) ? total : throw new ArgumentException($"{instrument.Name} is of another meter.", nameof(instrument));

    private sealed class Total(RateMeter? rate)
    {
        private readonly ConcurrentDictionary<string, long> _byTag = new(StringComparer.Ordinal);
        private long _sum;
        private double _last = double.NaN;

        public long Sum => Interlocked.Read(ref _sum);

        public IReadOnlyDictionary<string, long> SumsByTag => _byTag;

        public double Last
        {
            get => Volatile.Read(ref _last);
            set => Volatile.Write(ref _last, value);
        }

        public void Add(long value, string? tag)
        {
            Interlocked.Add(ref _sum, value);
            rate?.Add(value);
            if (tag is not null)
                _byTag.AddOrUpdate(tag, static (_, added) => added, static (_, sum, added) => sum + added, value);
        }

        public double PerSecond() => rate?.PerSecond() ?? throw new InvalidOperationException("No rate is kept of this instrument.");
    }
}
