namespace InfluencerAnalytics.Benchmarks.Embedded;

/// <summary>The system's time, moved: so that an hour need not be waited for. Safe for concurrent use.</summary>
internal sealed class ShiftedTime(TimeSpan shift) : TimeProvider
{
    private long _ticks = shift.Ticks;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ticks));
}
