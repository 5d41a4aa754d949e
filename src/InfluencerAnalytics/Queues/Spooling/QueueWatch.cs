using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Queues.Spooling;

/// <summary>Knows whether a queue is away, from what its callers meet with. Safe for concurrent use.</summary>
internal sealed partial class QueueWatch(string queue, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);

    private readonly Episode _away = new(timeProvider);
    private readonly Lock _lock = new();
    private long? _since;
    private string _reason = "";

    /// <summary>The queue that goes away together with it as a rule.</summary>
    public QueueWatch? Neighbour { get; set; }

    /// <summary>Whether the last call failed. Nobody but a probe calls it then: each call may take as long as a call is waited for.</summary>
    public bool IsAway
    {
        get
        {
            lock (_lock)
                return _since is not null;
        }
    }

    /// <summary>For how long it has been; none while it answers.</summary>
    public TimeSpan AwayFor
    {
        get
        {
            lock (_lock)
                return _since is { } since ? timeProvider.GetElapsedTime(since) : TimeSpan.Zero;
        }
    }

    /// <summary>Why it is away; null while it answers.</summary>
    public string? Problem
    {
        get
        {
            lock (_lock)
                return _since is null ? null : _reason;
        }
    }

    /// <summary>For those who would ask it, and would have to wait until that fails too.</summary>
    /// <exception cref="QueueUnavailableException">It is away.</exception>
    public void ThrowIfAway()
    {
        lock (_lock)
        {
            if (_since is not null)
                throw new QueueUnavailableException(_reason);
        }
    }

    public void Failed(QueueUnavailableException exception)
    {
        lock (_lock)
        {
            _since ??= timeProvider.GetTimestamp();
            _reason = exception.Message;
        }
        Neighbour?.Suspect(exception.Message);
        if (_away.Happened(exception.Message))
            Log.IsAway(logger, queue, exception.Message);
    }

    /// <summary>One beside it failed: it is taken for away until a probe says otherwise, so that not every caller has to find out by waiting.</summary>
    public void Suspect(string reason)
    {
        lock (_lock)
        {
            if (_since is not null)
                return;
            _since = timeProvider.GetTimestamp();
            _reason = reason;
        }
    }

    public void Answered()
    {
        lock (_lock)
            _since = null;
        // A queue that comes and goes is away all the while.
        if (_away.Over(Steady) is { } past)
            Log.IsBack(logger, queue, past.Seconds);
    }

    private static partial class Log
    {
        [LoggerMessage(1601, LogLevel.Warning, "The queue {Queue} is away, and this process goes on from its own disk: {Reason}")]
        public static partial void IsAway(ILogger logger, string queue, string reason);

        [LoggerMessage(1602, LogLevel.Information, "The queue {Queue} answers again, after {Seconds} s.")]
        public static partial void IsBack(ILogger logger, string queue, double seconds);
    }
}
