
namespace Mockstagram.Simulator.Pacing;

/// <summary>A pace in force: who is let in and how long the work takes. Safe for concurrent use.</summary>
internal sealed class ProviderPacing(Pace pace, TimeProvider timeProvider) : IDisposable
{
    private readonly TokenBucket? _bucket = pace.Limit.PerSecond is { } rate ? new TokenBucket(rate, timeProvider) : null;
    private readonly UnusedRoom? _unused = pace.Limit.PerSecond is { } rate ? new UnusedRoom(rate, timeProvider) : null;

    private readonly ProcessorSharing? _sharing = pace.Capacity.IsNone
        ? null
        : new ProcessorSharing(pace.Capacity.Places, pace.Capacity.ServiceTime, pace.Capacity.CollapseBeyond, timeProvider);

    public Pace Pace => pace;

    /// <summary>Whether an answer comes without any wait.</summary>
    public bool IsImmediate { get; } = pace.Capacity.IsNone && pace.Latency.IsNone;

    /// <summary>Refused requests that the limit would have had room for.</summary>
    public long Unused => _unused?.Total ?? 0;

    public int Working => _sharing?.InFlight ?? 0;

    /// <summary>False beyond the limit.</summary>
    public bool Admit()
    {
        if (_bucket is null)
            return true;
        var admitted = _bucket.TryTake();
        _unused!.Count(admitted);
        return admitted;
    }

    public Task WorkAsync() => _sharing?.ServeAsync() ?? Task.CompletedTask;

    public void Dispose() => _sharing?.Dispose();
}
