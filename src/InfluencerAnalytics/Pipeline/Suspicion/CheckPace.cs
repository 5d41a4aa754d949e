namespace InfluencerAnalytics.Pipeline.Suspicion;

/// <summary>Lets so many checks a second through, evenly, and none while the provider asked for a pause. Safe for concurrent use.</summary>
internal sealed class CheckPace(int perSecond, TimeProvider timeProvider)
{
    // However long a pause the provider wishes for: one check then finds out whether it still does.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly long _started = timeProvider.GetTimestamp();
    private readonly TimeSpan _step = TimeSpan.FromSeconds(1.0 / perSecond);
    private TimeSpan _next;

    private TimeSpan Elapsed => timeProvider.GetElapsedTime(_started);

    /// <summary>Waits for its turn.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_lock)
        {
            var now = Elapsed;
            var turn = _next > now ? _next : now;
            _next = turn + _step;
            wait = turn - now;
        }
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, timeProvider, cancellationToken);
    }

    /// <summary>Has nobody asked for a while, as the provider wishes; those who wait for their turn already are not held.</summary>
    public void Pause(TimeSpan wished)
    {
        lock (_lock)
        {
            var until = Elapsed + (wished < LongestPause ? wished : LongestPause);
            if (until > _next)
                _next = until;
        }
    }
}
