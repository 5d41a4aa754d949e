using InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

namespace InfluencerAnalytics.Pipeline.Fetching.Control;

/// <summary>
/// Says whether the provider is away. It opens when half of the requests over 10 s failed and next to none of the last 2 s of asking was answered (of 10 s,
/// where most were refused or few shards are asked for), and lets a few probes through each time that a break is over; the first good answer closes it. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Half of the requests failing alone is no outage: keeping the others back would lose the half that is answered. Refusals that come with a shard, all of it
/// at once, are none either: spread out, most of it might have been answered, which the limit a second is to find out. Time in which nothing was asked says
/// nothing. It looks at first requests of an influencer in a slot only, so that the retries of a few that always fail do not speak for the whole roster.
/// </remarks>
internal sealed class ProviderBreaker(TimeProvider timeProvider, TimeSpan breakDuration)
{
    private const double LongSeconds = 10;
    private const double ShortSeconds = 2;
    private const double MostSeconds = 120;
    private const double NextToNone = 0.02;

    // Below this many requests a share is chance; a roster that has fewer in two minutes is judged by what it has.
    private const int EnoughRequests = 20;
    private const int FewestRequests = 5;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    // One could be an influencer that fails whatever the provider does.
    private const int ProbesPerBreak = 5;

    private readonly Lock _lock = new();
    private readonly List<(double Seconds, SentRequests Sent)> _windows = [];
    private volatile SentRequests _current = new();
    private DateTimeOffset? _awaySince;
    private long _awayFrom;
    private long _breakBegan;
    private long? _wasBackAt;
    private int _probesLeft;
    private volatile bool _isOpen;

    /// <summary>Whether the provider is away.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>Since when the provider is away; null when it is not.</summary>
    public DateTimeOffset? AwaySince
    {
        get
        {
            lock (_lock)
                return _awaySince;
        }
    }

    /// <summary>Whether it went away again shortly after it was back: once a probe had been answered and all were sent. Written by who observes, who alone may ask.</summary>
    public bool IsAwayAgain { get; private set; }

    /// <summary>What is sent now belongs to this window.</summary>
    public SentRequests Current => _current;

    /// <summary>True while requests are kept back. False once a break is over and a probe may go, so that whoever asks only while it is false does probe.</summary>
    public bool KeepsBack
    {
        get
        {
            if (!_isOpen)
                return false;
            lock (_lock)
                return _isOpen && !MayProbe();
        }
    }

    /// <summary>Whether a request may be sent now; when the provider is away, only as a probe.</summary>
    public bool TryPass()
    {
        if (!_isOpen)
            return true;
        lock (_lock)
        {
            if (!_isOpen)
                return true;
            if (!MayProbe())
                return false;
            _probesLeft--;
            return true;
        }
    }

    /// <summary>Takes in that a request was answered well: the provider is there.</summary>
    /// <returns>For how long it was away; null when it was not.</returns>
    public TimeSpan? Answered()
    {
        if (!_isOpen)
            return null;
        lock (_lock)
        {
            if (!_isOpen)
                return null;
            _isOpen = false;
            _awaySince = null;
            _wasBackAt = timeProvider.GetTimestamp();
            _windows.Clear();
            _current = new SentRequests();
            return timeProvider.GetElapsedTime(_awayFrom);
        }
    }

    /// <summary>Ends the present window and judges.</summary>
    /// <returns>True when that opened it.</returns>
    public bool Observe(double seconds)
    {
        lock (_lock)
        {
            var window = _current;
            _current = new SentRequests();
            if (_isOpen)
                return false;
            _windows.Add((seconds, window));
            Trim();
            if (!IsAway())
                return false;
            _isOpen = true;
            _awaySince = timeProvider.GetUtcNow();
            IsAwayAgain = _wasBackAt is { } back && timeProvider.GetElapsedTime(back) < Soon;
            _awayFrom = _breakBegan = timeProvider.GetTimestamp();
            _probesLeft = ProbesPerBreak;
            return true;
        }
    }

    private bool MayProbe()
    {
        if (timeProvider.GetElapsedTime(_breakBegan) < breakDuration)
            return false;
        if (_probesLeft > 0)
            return true;
        _breakBegan = timeProvider.GetTimestamp();
        _probesLeft = ProbesPerBreak;
        return false;
    }

    // Each judgement looks back no further.
    private void Trim()
    {
        var seconds = _windows.Sum(static window => window.Seconds);
        var old = 0;
        while (seconds - _windows[old].Seconds >= MostSeconds)
            seconds -= _windows[old++].Seconds;
        _windows.RemoveRange(0, old);
    }

    private bool IsAway()
    {
        var (seconds, asking, good, failed, refused) = (0.0, 0.0, 0, 0, 0);
        var isSilent = false;
        for (var i = _windows.Count - 1; i >= 0; i--)
        {
            var (length, sent) = _windows[i];
            seconds += length;
            if (sent.IsTelling)
            {
                (good, failed, refused) = (good + sent.Good, failed + sent.Failed, refused + sent.Refused);
                asking += length;
            }
            // Of few shards, each is asked for in no time: what came of them is enough once the quiet after them has lasted.
            var isEnough = asking >= ShortSeconds || seconds >= MostSeconds || (seconds >= LongSeconds && good + failed >= EnoughRequests);
            if (!isSilent && isEnough && (seconds >= LongSeconds || refused <= failed / 2))
            {
                if (good > (good + failed) * NextToNone)
                    return false;
                isSilent = true;
            }
            if (isSilent && seconds >= LongSeconds && (good + failed >= EnoughRequests || seconds >= MostSeconds))
                break;
        }
        return isSilent && failed >= good && good + failed >= (seconds >= MostSeconds ? FewestRequests : EnoughRequests);
    }
}
