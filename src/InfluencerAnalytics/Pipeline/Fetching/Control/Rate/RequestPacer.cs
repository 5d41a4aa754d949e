namespace InfluencerAnalytics.Pipeline.Fetching.Control.Rate;

/// <summary>
/// Lets so many requests a second through, evenly, and none but probes while the provider asked for a pause. Costs nothing while there is neither.
/// Unlike the limiters of System.Threading.RateLimiting its rate can change while requests wait. Safe for concurrent use.
/// </summary>
internal sealed class RequestPacer : IDisposable
{
    // Finer than any latency worth waiting for, coarse enough to cost nothing: permits come a hundred times a second.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    // Permits that nobody wanted are kept for this long: a burst is at most a twentieth of the rate.
    private const double MostSavedSeconds = 0.05;

    // Requests come in lumps, as their permits do, so that some wait even where the rate is far from used up. From this part of it on it decides.
    private const double Decides = 0.9;

    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private double? _rate;
    private long _taken;
    private long _takenSince;
    private double _permits;
    private long _refilled;
    private long _pausedAt;
    private TimeSpan _pause;
    private TimeSpan _probeEvery;
    private long _probedAt;
    private bool _hasHeld;
    private volatile bool _isActive;

    public RequestPacer(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _timer = timeProvider.CreateTimer(static pacer => ((RequestPacer)pacer!).Refill(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>For how long the provider's wish for a pause is still kept; zero when there is none.</summary>
    public TimeSpan PauseLeft
    {
        get
        {
            lock (_lock)
                return HasPause() ? _pause - _timeProvider.GetElapsedTime(_pausedAt) : TimeSpan.Zero;
        }
    }

    /// <param name="rate">Requests a second; null for no limit.</param>
    public void SetRate(double? rate)
    {
        lock (_lock)
        {
            if (rate == _rate)
                return;
            _rate = rate;
            _taken = 0;
            _takenSince = _timeProvider.GetTimestamp();
            Activate();
        }
    }

    /// <summary>Lets nothing through for a time, or until a probe was answered.</summary>
    /// <param name="pause">How long.</param>
    /// <param name="probeEvery">After this, and each time again, one request is let through.</param>
    public void Pause(TimeSpan pause, TimeSpan probeEvery)
    {
        lock (_lock)
        {
            if (HasPause() && _pause - _timeProvider.GetElapsedTime(_pausedAt) >= pause)
                return;
            _pausedAt = _probedAt = _timeProvider.GetTimestamp();
            _pause = pause;
            _probeEvery = probeEvery;
            Activate();
        }
    }

    /// <summary>Takes in that a request was answered well. When it was sent during a pause, the pause is over.</summary>
    /// <param name="time">How long it took.</param>
    public void Answered(TimeSpan time)
    {
        if (!_isActive)
            return;
        lock (_lock)
        {
            if (!HasPause() || _timeProvider.GetElapsedTime(_pausedAt) <= time)
                return;
            _pause = TimeSpan.Zero;
            Activate();
        }
    }

    /// <summary>Whether requests were held back since the last call: some had to wait, and what the rate allows was used up but for a tenth.</summary>
    public bool TakeHasHeld()
    {
        lock (_lock)
        {
            var held = _hasHeld || _waiting.Count > 0;
            var isUsedUp = HasPause() || _rate is not { } rate || _taken >= rate * _timeProvider.GetElapsedTime(_takenSince).TotalSeconds * Decides - 1;
            _hasHeld = false;
            _taken = 0;
            _takenSince = _timeProvider.GetTimestamp();
            return held && isUsedUp;
        }
    }

    /// <summary>Waits for a permit; cancelled, none is taken.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        if (!_isActive)
            return Task.CompletedTask;
        TaskCompletionSource waiter;
        lock (_lock)
        {
            if (!_isActive || (_waiting.Count == 0 && TryTake()))
                return Task.CompletedTask;
            _hasHeld = true;
            _waiting.Enqueue(waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        return WaitAsync(waiter, cancellationToken);
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
        {
            _isActive = false;
            ReleaseAll();
        }
    }

    private static async Task WaitAsync(TaskCompletionSource waiter, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(
            static (waiter, token) => ((TaskCompletionSource)waiter!).TrySetCanceled(token), waiter);
        await waiter.Task;
    }

    private void Activate()
    {
        var wasActive = _isActive;
        _isActive = _rate is not null || HasPause();
        if (_isActive && !wasActive)
        {
            _permits = 0;
            _refilled = _timeProvider.GetTimestamp();
            _timer.Change(Tick, Tick);
        }
        if (!_isActive)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            ReleaseAll();
        }
    }

    private void Refill()
    {
        lock (_lock)
        {
            if (!_isActive)
                return;
            if (HasPause())
                _refilled = _timeProvider.GetTimestamp();
            else
                Activate();
            while (_waiting.TryPeek(out var waiter))
            {
                if (!waiter.Task.IsCompleted)
                {
                    if (!TryTake())
                        return;
                    waiter.TrySetResult();
                }
                _waiting.Dequeue();
            }
        }
    }

    private bool TryTake()
    {
        if (HasPause())
            return TryProbe();
        if (_rate is not { } rate)
            return true;
        _permits = Math.Min(_permits + rate * _timeProvider.GetElapsedTime(_refilled).TotalSeconds, Math.Max(1, rate * MostSavedSeconds));
        _refilled = _timeProvider.GetTimestamp();
        if (_permits < 1)
            return false;
        _permits--;
        _taken++;
        return true;
    }

    private bool TryProbe()
    {
        if (_timeProvider.GetElapsedTime(_probedAt) < _probeEvery)
            return false;
        _probedAt = _timeProvider.GetTimestamp();
        return true;
    }

    private bool HasPause() => _pause > TimeSpan.Zero && _timeProvider.GetElapsedTime(_pausedAt) < _pause;

    private void ReleaseAll()
    {
        while (_waiting.TryDequeue(out var waiter))
            waiter.TrySetResult();
    }
}
