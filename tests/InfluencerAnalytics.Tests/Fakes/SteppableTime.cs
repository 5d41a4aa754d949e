using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>
/// A fake clock that can be set, as an administrator or a time service does it: the monotonic time and the timers go on as before. That is not so with
/// <see cref="FakeTimeProvider.AdjustTime"/>, which takes the timestamps along.
/// </summary>
internal sealed class SteppableTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan _set;

    /// <summary>Sets the wall clock forward, or back.</summary>
    public void Set(TimeSpan by) => _set += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _set;

    // The base derives it, at 10 million a second, from the time that is overridden here.
    public override long GetTimestamp() => base.GetTimestamp() - _set.Ticks;
}
