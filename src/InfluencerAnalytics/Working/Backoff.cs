namespace InfluencerAnalytics.Working;

/// <summary>Exponential back-off with full jitter above half: 1/2 to 1 times first·2^n, at most the cap. Not safe for concurrent use.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan cap)
{
    private int _failures;

    public void Reset() => _failures = 0;

    public TimeSpan Next()
    {
        var full = Math.Min(cap.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, 30)));
        return TimeSpan.FromMilliseconds(Jitter(full));
    }

    /// <summary>A random time from half of <paramref name="milliseconds"/> to all of it.</summary>
    public static double Jitter(double milliseconds) => milliseconds * (0.5 + Random.Shared.NextDouble() / 2);
}
