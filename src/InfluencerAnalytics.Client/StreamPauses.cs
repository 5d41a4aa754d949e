namespace InfluencerAnalytics.Client;

/// <summary>How long to wait before a stream connects again. Not safe for concurrent use.</summary>
internal sealed class StreamPauses(TimeSpan longest)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    // Whatever a server says: beyond that nobody would think that the stream still lives.
    private static readonly TimeSpan MostObeyed = TimeSpan.FromHours(1);

    // 2^20 times any pause is beyond every limit, and the shift stays in its range.
    private const int MostDoublings = 20;

    private TimeSpan? _asked;
    private int _attempts;

    /// <summary>An event came: the connection was good, and what <c>retry:</c> said last counts from now on.</summary>
    public void Heard(TimeSpan retry)
    {
        _attempts = 0;
        if (retry >= TimeSpan.Zero && retry != Timeout.InfiniteTimeSpan)
            _asked = retry < MostObeyed ? retry : MostObeyed;
    }

    /// <param name="retryAfter">What the answer asked for.</param>
    /// <param name="jitter">From 0 to 1, chosen at random.</param>
    public TimeSpan Next(TimeSpan? retryAfter, double jitter)
    {
        // None at all, from a server that is away, would be asking without a pause.
        var grown = (_asked is { Ticks: > 0 } wished ? wished : First) * (1 << Math.Min(_attempts++, MostDoublings));
        var pause = Min(grown, longest);
        if (_asked is { } asked)
            pause = Max(pause, asked);
        if (retryAfter is { } wanted)
            pause = Max(pause, Min(wanted, MostObeyed));
        return pause + pause / 2 * jitter;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
