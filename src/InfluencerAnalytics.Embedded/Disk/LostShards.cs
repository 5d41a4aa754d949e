namespace InfluencerAnalytics.Embedded.Disk;

/// <summary>
/// Remembers that messages were lost that may have been shards, until the store has asked for a generation that makes up for them. One such generation makes
/// up for all that were sent before it: shards are met one by one over an interval, and each must not lead to another. Safe for concurrent use.
/// </summary>
internal sealed class LostShards
{
    // Where the disk goes on failing, each generation would lose shards again, and lead to the next.
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private long _madeUpForUpTo;
    private bool _isWaiting;
    private TimeSpan? _askedAt;

    /// <param name="madeUpForUpTo">As kept when a generation was last asked for.</param>
    public void Load(long madeUpForUpTo)
    {
        lock (_gate)
            _madeUpForUpTo = madeUpForUpTo;
    }

    /// <param name="message">The id of a lost message; ids ascend.</param>
    /// <param name="newest">The id of the last message sent so far.</param>
    public void Note(long message, long newest)
    {
        lock (_gate)
        {
            if (message <= _madeUpForUpTo)
                return;
            _madeUpForUpTo = newest;
            _isWaiting = true;
        }
    }

    /// <summary>
    /// The id up to which the generation makes up that is to be asked for now, to be kept over a start (what is damaged is met again then); null when there is no need.
    /// </summary>
    /// <param name="now">By the monotonic clock.</param>
    public long? Due(TimeSpan now)
    {
        lock (_gate)
            return _isWaiting && !(now - _askedAt < Rest) ? _madeUpForUpTo : null;
    }

    /// <summary>That generation was asked for, and its id is kept.</summary>
    /// <param name="upTo">As it was due. What was lost since then waits on.</param>
    /// <param name="now">By the monotonic clock.</param>
    public void Asked(long upTo, TimeSpan now)
    {
        lock (_gate)
            (_isWaiting, _askedAt) = (_madeUpForUpTo > upTo, now);
    }
}
