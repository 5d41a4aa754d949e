namespace InfluencerAnalytics.Host.Logging;

/// <summary>Keeps the last few warnings and errors of the last minutes for the live status. Safe for concurrent use.</summary>
internal sealed class RecentWarnings(TimeProvider timeProvider) : ILoggerProvider
{
    private const int Kept = 5;

    /// <summary>
    /// What is still wrong then stands above the warnings, from the state itself; a warning says that something began, once, and nothing withdraws it when
    /// it is over. Two minutes are long enough to be seen by whoever looks up now and then. The log keeps them all.
    /// </summary>
    private static readonly TimeSpan ShownFor = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly Queue<RecentWarning> _warnings = new(Kept + 1);

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<RecentWarning> Snapshot()
    {
        lock (_lock)
        {
            while (_warnings.TryPeek(out var oldest) && timeProvider.GetElapsedTime(oldest.Timestamp) > ShownFor)
                _warnings.Dequeue();
            return [.. _warnings];
        }
    }

    public ILogger CreateLogger(string categoryName) => new Recorder(this);

    public void Dispose()
    {
    }

    private void Add(LogLevel level, string message)
    {
        lock (_lock)
        {
            _warnings.Enqueue(new RecentWarning(timeProvider.GetUtcNow(), timeProvider.GetTimestamp(), level, message));
            if (_warnings.Count > Kept)
                _warnings.Dequeue();
        }
    }

    private sealed class Recorder(RecentWarnings owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and not LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var message = formatter(state, exception);
            owner.Add(logLevel, exception is null ? message : $"{message} ({exception.Message})");
        }
    }
}

/// <param name="Time">For people.</param>
/// <param name="Timestamp">Of the time provider: its age, whatever is done to the clock.</param>
internal readonly record struct RecentWarning(DateTimeOffset Time, long Timestamp, LogLevel Level, string Message);
