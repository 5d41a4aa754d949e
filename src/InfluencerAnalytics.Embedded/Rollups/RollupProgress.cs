namespace InfluencerAnalytics.Embedded.Rollups;

/// <summary>How far the roll-ups are: every hour and day (numbered from the epoch) before these is stored. Safe for concurrent use.</summary>
internal sealed class RollupProgress
{
    private uint _hoursBefore;
    private uint _daysBefore;
    private uint _markedBefore;

    public uint HoursBefore
    {
        get => Volatile.Read(ref _hoursBefore);
        set => Volatile.Write(ref _hoursBefore, value);
    }

    public uint DaysBefore
    {
        get => Volatile.Read(ref _daysBefore);
        set => Volatile.Write(ref _daysBefore, value);
    }

    /// <summary>Hours before this one are rolled up, or are being rolled up: their points must be marked. Changed under the store's gate.</summary>
    public uint MarkedBefore
    {
        get => Volatile.Read(ref _markedBefore);
        set => Volatile.Write(ref _markedBefore, value);
    }
}
