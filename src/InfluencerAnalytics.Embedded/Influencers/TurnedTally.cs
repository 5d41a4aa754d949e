namespace InfluencerAnalytics.Embedded.Influencers;

/// <summary>How many influencers turned not-found lately and are not back since, by the minute. Not safe for concurrent use.</summary>
internal sealed class TurnedTally
{
    private readonly Dictionary<uint, int> _minutes = [];
    private uint _since = uint.MaxValue;
    private long _count;

    public void Add(uint turnedAt, int change)
    {
        var minute = turnedAt / 60;
        var count = _minutes.GetValueOrDefault(minute) + change;
        if (count == 0)
            _minutes.Remove(minute);
        else
            _minutes[minute] = count;
        if (minute >= _since)
            _count += change;
    }

    /// <summary>How many turned after that second, to the minute.</summary>
    public long Since(long second)
    {
        var since = (uint)Math.Max(0, second / 60);
        if (since == _since)
            return _count;
        _since = since;
        _count = 0;
        foreach (var (minute, count) in _minutes)
        {
            if (minute >= since)
                _count += count;
        }

        return _count;
    }
}
