using System.Diagnostics.Metrics;
using InfluencerAnalytics.Metrics;

namespace InfluencerAnalytics.Stores;

/// <summary>
/// How the store is, as last read: in instruments of the <see cref="ProgramMeter"/>, which do not ask it themselves. Every process says it of the same store, so that the figures
/// are gauges, not to be added up over processes. Safe for concurrent use.
/// </summary>
internal sealed class StoreMetrics
{
    private readonly IStoreStatus _store;
    private volatile StoreStatus? _last;

    /// <param name="store">What is asked.</param>
    /// <param name="meters">Of the host; null where nobody listens.</param>
    public StoreMetrics(IStoreStatus store, IMeterFactory? meters = null)
    {
        _store = store;
        if (meters?.Create(ProgramMeter.Name) is not { } meter)
            return;
        meter.CreateObservableGauge($"{ProgramMeter.Name}.store.ready", () => Observe<int>(static status => status.Ready ? 1 : 0), null, "1 while the store reads and writes, 0 while it is away.");
        meter.CreateObservableGauge($"{ProgramMeter.Name}.store.data_points", () => Observe(static status => status.Points), "{data_point}", "Data points that are kept, about.");
        meter.CreateObservableGauge($"{ProgramMeter.Name}.store.data_point_size", () => Observe(static status => status.BytesPerPoint), "By", "What a data point takes on the disk, measured over what is stored.");
        meter.CreateObservableGauge($"{ProgramMeter.Name}.store.disk.used", () => Observe(static status => status.UsedBytes), "By", "What the store's data takes on the disk.");
        meter.CreateObservableGauge($"{ProgramMeter.Name}.store.disk.free", () => Observe(static status => status.FreeBytes), "By", "What the store's disk still has.");
    }

    /// <summary>Asks how it is.</summary>
    public async ValueTask<StoreStatus> ReadAsync(CancellationToken cancellationToken) => _last = await _store.GetStatusAsync(cancellationToken);

    /// <summary>A read found it away, whatever it says of itself.</summary>
    public StoreStatus Note(StoreStatus status, string problem) => _last = status with { Ready = false, Detail = status.Detail ?? problem };

    private IEnumerable<Measurement<T>> Observe<T>(Func<StoreStatus, T?> value) where T : struct =>
        _last is { } status && value(status) is { } known ? [new Measurement<T>(known)] : [];
}
