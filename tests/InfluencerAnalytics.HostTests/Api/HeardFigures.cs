using System.Diagnostics.Metrics;
using System.Globalization;
using InfluencerAnalytics.Metrics;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>What an exporter of one host would hear: its instruments, and what they say when they are asked.</summary>
internal sealed class HeardFigures : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<Instrument> _instruments = [];
    private readonly Dictionary<string, double> _heard = [];

    /// <param name="meters">The host's.</param>
    public HeardFigures(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name != ProgramMeter.Name || instrument.Meter.Scope != meters)
                return;
            _instruments.Add(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.Start();
    }

    public IReadOnlyList<Instrument> Instruments => _instruments;

    /// <summary>What the gauges say now, by name without the program's and tags: <c>queue.messages{queue=q,state=waiting}</c>.</summary>
    public IReadOnlyDictionary<string, double> Ask()
    {
        _heard.Clear();
        _listener.RecordObservableInstruments();
        return _heard;
    }

    public void Dispose() => _listener.Dispose();

    private void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var shown = tags.Length == 0 ? "" : $"{{{string.Join(',', tags.ToArray().Select(tag => string.Create(CultureInfo.InvariantCulture, $"{tag.Key}={tag.Value}")))}}}";
        _heard[instrument.Name[(ProgramMeter.Name.Length + 1)..] + shown] = value;
    }
}
