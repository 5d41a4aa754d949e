using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Postgres.Connection;

/// <summary>
/// Knows whether the server can be connected to, so that not everybody has to find out by waiting: of a machine that is down, or hangs, each connection waits for its time limit,
/// and an API would answer from memory only after several. While it cannot, one caller at a time tries. Safe for concurrent use.
/// </summary>
internal sealed class Reachability(TimeProvider timeProvider)
{
    // Workers pause for up to 5 s between their tries: whichever comes first finds out that it is back.
    private static readonly TimeSpan TriedAgainAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private string? _problem;
    private long _failedAt;
    private bool _isTried;

    /// <summary>Before a connection is asked for.</summary>
    /// <exception cref="StoreUnavailableException">There was none a moment ago, or somebody else is trying.</exception>
    public void BeginTry()
    {
        lock (_lock)
        {
            if (_problem is null)
                return;
            if (_isTried || timeProvider.GetElapsedTime(_failedAt) < TriedAgainAfter)
                throw new StoreUnavailableException(_problem);
            _isTried = true;
        }
    }

    /// <summary>After it.</summary>
    /// <param name="problem">Why the server could not be connected to; null when it answered, whatever it said.</param>
    public void EndTry(string? problem)
    {
        lock (_lock)
        {
            _problem = problem;
            _failedAt = timeProvider.GetTimestamp();
            _isTried = false;
        }
    }

    /// <summary>Instead of <see cref="EndTry"/>, of one that was broken off: it says nothing.</summary>
    public void BreakOff()
    {
        lock (_lock)
            _isTried = false;
    }
}
