namespace InfluencerAnalytics.Host.Composition.Logging;

/// <summary>Keeps the last few warnings and errors for the live status. Safe for concurrent use.</summary>
internal sealed class RecentWarnings(TimeProvider timeProvider) : ILoggerProvider
{
    private const int Kept = 5;

    private readonly Lock _lock = new();
    private readonly Queue<RecentWarning> _warnings = new(Kept + 1);

    public IReadOnlyList<RecentWarning> Snapshot()
    {
        lock (_lock)
            return [.. _warnings];
    }

    public ILogger CreateLogger(string categoryName) => new Recorder(this);

    public void Dispose()
    {
    }

    private void Add(LogLevel level, string message)
    {
        lock (_lock)
        {
            _warnings.Enqueue(new RecentWarning(timeProvider.GetUtcNow(), level, message));
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

internal readonly record struct RecentWarning(DateTimeOffset Time, LogLevel Level, string Message);
