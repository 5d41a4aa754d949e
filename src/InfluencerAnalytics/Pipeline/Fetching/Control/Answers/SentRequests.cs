namespace InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

/// <summary>
/// The first requests of influencers in their slots that were sent in one window, and what has come of them. By when they were sent, since good answers come
/// at once and time-outs seconds later: by when they come, whoever asks in waves sees nothing but failures between two of them. Safe for concurrent use.
/// </summary>
internal sealed class SentRequests
{
    private int _sent;
    private int _good;
    private int _failed;
    private int _refused;

    /// <summary>Those that have an outcome.</summary>
    public int Ended => Good + Failed;

    /// <summary>Readings and definite answers ("not found").</summary>
    public int Good => Volatile.Read(ref _good);

    /// <summary>All other outcomes.</summary>
    public int Failed => Volatile.Read(ref _failed);

    /// <summary>Those of the failed that asked for fewer requests (429).</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Those of which nothing is known yet.</summary>
    public int Pending => Volatile.Read(ref _sent) - Ended;

    /// <summary>Whether what came of them says something: where more is unknown than known, a good answer would be known by now, but few of the bad ones.</summary>
    public bool IsTelling => Ended > 0 && (Good > 0 || Pending <= Ended);

    public void Send() => Interlocked.Increment(ref _sent);

    /// <summary>One that was cut short, which says nothing.</summary>
    public void Withdraw() => Interlocked.Decrement(ref _sent);

    public void EndWell() => Interlocked.Increment(ref _good);

    /// <param name="isRefused">Whether it asked for fewer requests.</param>
    public void Fail(bool isRefused)
    {
        if (isRefused)
            Interlocked.Increment(ref _refused);
        Interlocked.Increment(ref _failed);
    }
}
