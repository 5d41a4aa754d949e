namespace InfluencerAnalytics.Working;

/// <summary>
/// A trouble that may show itself again and again. It says what of it is worth a line in the log: that it began, each reason that was not told
/// yet, and that it is over, for how long and how many times it was; so a trouble of hours takes a few lines. Safe for concurrent use.
/// </summary>
public sealed class Episode(TimeProvider timeProvider)
{
    // A reason that is always another one (an id, a path) would fill the log all the same. Those beyond are counted only.
    private const int MaxReasons = 16;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private long _times;
    private long _first;
    private long _last;
    private long? _over;

    /// <summary>Whether it has begun and is not over.</summary>
    public bool IsOn => Volatile.Read(ref _times) > 0;

    /// <summary>Notes that it happened. True when that is to be told: it begins, or this reason was not told since it began.</summary>
    /// <param name="reason">Two that differ in their digits only (free bytes, ports, times) are one reason.</param>
    /// <param name="times">How often it happened at once.</param>
    public bool Happened(string reason, long times = 1)
    {
        var key = WithoutDigits(reason);
        lock (_lock)
        {
            _last = timeProvider.GetTimestamp();
            _over = null;
            if (_times == 0)
            {
                _first = _last;
                _told.Clear();
            }
            _times += times;
            return _told.Count < MaxReasons && _told.Add(key);
        }
    }

    /// <summary>
    /// Ends it: to be called whenever all is well. What it was, to be told; null when there was none, or it happened less than <paramref name="quiet"/> ago. It lasted until the first
    /// call of this after it happened last.
    /// </summary>
    /// <param name="quiet">For what comes and goes: one that fails every other second is one episode, not many.</param>
    public PastEpisode? Over(TimeSpan quiet = default)
    {
        if (!IsOn)
            return null;
        lock (_lock)
        {
            if (_times == 0)
                return null;
            _over ??= timeProvider.GetTimestamp();
            if (timeProvider.GetElapsedTime(_last) < quiet)
                return null;
            var past = new PastEpisode(Math.Round(timeProvider.GetElapsedTime(_first, _over.Value).TotalSeconds, 1), _times);
            _times = 0;
            return past;
        }
    }

    private static string WithoutDigits(string text) => string.Concat(text.Where(character => !char.IsAsciiDigit(character)));
}
