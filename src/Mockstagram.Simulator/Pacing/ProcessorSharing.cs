namespace Mockstagram.Simulator.Pacing;

/// <summary>
/// A server with a number of places: up to that many requests each take the service time, and more share the same
/// total rate. Beyond a second number the total itself falls as more come, as servers that thrash do (congestion
/// collapse). A request whose client went away is worked on to its end, as most servers do. Safe for concurrent use.
/// </summary>
/// <remarks>
/// All need the same work and get the same speed, so they finish in the order in which they came: a queue of the work
/// counter's value at which each is done, and one counter that runs at the common speed.
/// </remarks>
internal sealed class ProcessorSharing(int places, TimeSpan serviceTime, int collapseBeyond, TimeProvider timeProvider) : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<(double DoneAt, TaskCompletionSource Done)> _inFlight = [];
    private double _work;
    private long _at = timeProvider.GetTimestamp();
    private ITimer? _timer;
    private bool _disposed;

    /// <summary>Requests being worked on now.</summary>
    public int InFlight
    {
        get
        {
            lock (_lock)
                return _inFlight.Count;
        }
    }

    /// <summary>Completes when the request has had its work, or at once when this capacity is no longer in force.</summary>
    public Task ServeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
                return Task.CompletedTask;
            Advance();
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _inFlight.Enqueue((_work + serviceTime.TotalSeconds, done));
            _timer ??= timeProvider.CreateTimer(_ => OnTick(), null, Tick, Tick);
            return done.Task;
        }
    }

    /// <summary>Lets go of all who wait.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _timer?.Dispose();
            while (_inFlight.TryDequeue(out var request))
                request.Done.TrySetResult();
        }
    }

    private void OnTick()
    {
        lock (_lock)
        {
            Advance();
            if (_inFlight.Count > 0)
                return;
            _timer?.Dispose();
            _timer = null;
        }
    }

    /// <summary>Brings the work counter up to now, request by request, since the speed rises with each that leaves.</summary>
    private void Advance()
    {
        var now = timeProvider.GetTimestamp();
        var left = timeProvider.GetElapsedTime(_at, now).TotalSeconds;
        _at = now;
        while (_inFlight.TryPeek(out var first))
        {
            var speed = SpeedOfEach(_inFlight.Count);
            var needed = (first.DoneAt - _work) / speed;
            // A nanosecond forgives what adding up doubles loses.
            if (needed > left + 1e-9)
            {
                _work += left * speed;
                return;
            }
            left = Math.Max(0, left - needed);
            _work = first.DoneAt;
            _inFlight.Dequeue();
            first.Done.TrySetResult();
        }
    }

    private double SpeedOfEach(int inFlight)
    {
        var speed = Math.Min(1, (double)places / inFlight);
        return inFlight > collapseBeyond ? speed * collapseBeyond / inFlight : speed;
    }
}
