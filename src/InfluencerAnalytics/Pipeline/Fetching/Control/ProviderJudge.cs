using InfluencerAnalytics.Pipeline.Fetching.Control.Answers;
using InfluencerAnalytics.Pipeline.Fetching.Control.Concurrency;
using InfluencerAnalytics.Pipeline.Fetching.Control.Rate;

namespace InfluencerAnalytics.Pipeline.Fetching.Control;

/// <summary>
/// Judges the provider by windows of its answers: how many requests may be in flight, how many a second, and whether it is away. While it is away or all
/// wait because it wished so, what comes of the few requests says nothing of how much it can take.
/// One loop observes; whether a request may pass is safe to ask for concurrently.
/// </summary>
internal sealed class ProviderJudge(int initial, int max, TimeSpan breakDuration, TimeProvider timeProvider)
{
    private readonly ConcurrencyController _concurrency = new(initial, max);
    private readonly RateController _rate = new();
    private readonly ProviderBreaker _breaker = new(timeProvider, breakDuration);

    /// <summary>How many requests may be in flight.</summary>
    public int Limit => _concurrency.Limit;

    /// <summary>Requests a second that the provider allows; null while it shows no limit.</summary>
    public double? Rate => _rate.Rate;

    /// <summary>Whether the provider is away.</summary>
    public bool IsAway => _breaker.IsOpen;

    /// <summary>Since when the provider is away; null when it is not.</summary>
    public DateTimeOffset? AwaySince => _breaker.AwaySince;

    /// <summary>True while requests are kept back; false once a probe may go.</summary>
    public bool KeepsBack => _breaker.KeepsBack;

    /// <summary>Takes in that a request is sent, and says who is to be told what came of it.</summary>
    /// <param name="isFirst">Whether it is the first for its influencer in its slot.</param>
    public SentRequest Send(bool isFirst) => SentRequest.In(_rate.Current, isFirst ? _breaker.Current : null);

    /// <summary>Whether a request may be sent now; when the provider is away, only as a probe.</summary>
    public bool TryPass() => _breaker.TryPass();

    /// <summary>Takes in at once that a request was answered well: the provider is there.</summary>
    /// <returns>For how long it was away; null when it was not.</returns>
    public TimeSpan? Answered() => _breaker.Answered();

    /// <summary>Judges a window.</summary>
    /// <param name="window">One that followed the last one.</param>
    /// <param name="isHanging">Whether most of the failures were time-outs.</param>
    /// <param name="isPaused">Whether the provider's wish for a pause is being kept.</param>
    /// <returns>True when the provider is taken to be away from here on.</returns>
    public bool Observe(in AnswerWindow window, bool isHanging, bool isPaused)
    {
        var isAwayNow = _breaker.Observe(window.Seconds);
        // Refusals and errors end with their cause. What hangs, or falls silent each time that all come at once, may do so because they do.
        if (isAwayNow && (isHanging || _breaker.IsAwayAgain))
            _concurrency.Cut();
        if (isPaused || _breaker.IsOpen)
        {
            _rate.Interrupt();
        }
        else
        {
            _rate.Observe(window);
            _concurrency.Observe(window);
        }
        return isAwayNow;
    }
}
