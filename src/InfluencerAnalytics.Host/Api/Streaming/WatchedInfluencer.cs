namespace InfluencerAnalytics.Host.Api.Streaming;

/// <summary>An influencer that somebody watches, or did until lately: who, and the texts of its last readings as they were told. Used under the hub's lock.</summary>
/// <param name="slot">Of the reading that was the latest when the watching began.</param>
/// <param name="sequence">Of the last event before that.</param>
internal sealed class WatchedInfluencer(long slot, long sequence)
{
    // Of a minute each: what somebody missed whose connection broke, and who needs a while to come back.
    private const int Kept = 8;

    private readonly Queue<(long Sequence, string Data)> _told = new();
    private long _forgottenTo = sequence;

    public List<StreamSubscription> Watchers { get; } = [];

    /// <summary>Since when nobody watches it, as a timestamp.</summary>
    public long LeftAt { get; set; }

    /// <summary>Whether a reading is later than all before; it is taken for told then.</summary>
    public bool TryTake(long readSlot)
    {
        if (readSlot <= slot)
            return false;
        slot = readSlot;
        return true;
    }

    public void Told(long sequence, string data)
    {
        if (_told.Count == Kept)
            _forgottenTo = _told.Dequeue().Sequence;
        _told.Enqueue((sequence, data));
    }

    /// <summary>Forgets what was told up to an event.</summary>
    public void ForgetTo(long sequence)
    {
        while (_told.TryPeek(out var oldest) && oldest.Sequence <= sequence)
            _forgottenTo = _told.Dequeue().Sequence;
    }

    /// <summary>Whether everything after an event is still known.</summary>
    public bool KnowsAllAfter(long sequence) => sequence >= _forgottenTo;

    public IEnumerable<(long Sequence, string Data)> After(long sequence) => _told.Where(told => told.Sequence > sequence);
}
