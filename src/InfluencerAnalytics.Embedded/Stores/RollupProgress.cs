namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>How far the roll-ups are: every hour and day (numbered from the epoch) before these is stored. Safe for concurrent use.</summary>
internal sealed class RollupProgress
{
    private uint _hoursBefore;
    private uint _daysBefore;

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
}
