using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Pipeline;

/// <summary>Counts what the pipeline of this process does. Safe for concurrent use.</summary>
public sealed class PipelineStatistics(TimeProvider timeProvider)
{
    private readonly RateMeter _fetchRate = new(timeProvider);
    private readonly RateMeter _storeRate = new(timeProvider);
    private readonly long[] _failedAttempts = new long[MissReasons.Count];
    private long _fetched;
    private long _dropped;
    private long _stored;
    private long _duplicates;
    private long _expired;
    private long _deadLettered;
    private long _refused;
    private int _inFlight;
    private volatile ProviderState? _provider;
    private double _lagSeconds = double.NaN;

    /// <summary>Messages that only a newer program can read.</summary>
    public NewerMessages NewerMessages { get; } = new(timeProvider);

    public void RequestStarted() => Interlocked.Increment(ref _inFlight);

    public void RequestEnded() => Interlocked.Decrement(ref _inFlight);

    public void Fetched(int count)
    {
        Interlocked.Add(ref _fetched, count);
        _fetchRate.Add(count);
    }

    /// <summary>Readings that the queue took nothing of until their slot was final.</summary>
    public void Dropped(int count) => Interlocked.Add(ref _dropped, count);

    public void AttemptFailed(MissReason reason) => Interlocked.Increment(ref _failedAttempts[(int)reason]);

    public void ProviderIs(ProviderState state) => _provider = state;

    /// <summary>How the fetcher of this process gets on with the provider; null when there is none.</summary>
    public ProviderState? Provider => _provider;

    public void StoredPoints(int inserted, int duplicates, int expired, double? lagSeconds)
    {
        Interlocked.Add(ref _stored, inserted);
        Interlocked.Add(ref _duplicates, duplicates);
        Interlocked.Add(ref _expired, expired);
        _storeRate.Add(inserted);
        if (lagSeconds is { } lag)
            Volatile.Write(ref _lagSeconds, lag);
    }

    public void DeadLettered(int count) => Interlocked.Add(ref _deadLettered, count);

    /// <summary>Readings of influencers that are not on the roster, beyond the most that the store keeps of them.</summary>
    public void Refused(int count) => Interlocked.Add(ref _refused, count);

    public PipelineSnapshot Snapshot()
    {
        var failed = new Dictionary<MissReason, long>();
        for (var i = 1; i < _failedAttempts.Length; i++)
        {
            if (Interlocked.Read(ref _failedAttempts[i]) is > 0 and var count)
                failed[(MissReason)i] = count;
        }
        var lag = Volatile.Read(ref _lagSeconds);
        return new PipelineSnapshot(
            _fetchRate.PerSecond(), Volatile.Read(ref _inFlight), _provider, Interlocked.Read(ref _fetched),
            Interlocked.Read(ref _dropped), failed, _storeRate.PerSecond(), Interlocked.Read(ref _stored), Interlocked.Read(ref _duplicates), Interlocked.Read(ref _expired),
            Interlocked.Read(ref _deadLettered), double.IsNaN(lag) ? null : lag)
        {
            Refused = Interlocked.Read(ref _refused),
        };
    }
}
