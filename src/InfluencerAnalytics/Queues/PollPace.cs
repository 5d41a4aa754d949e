namespace InfluencerAnalytics.Queues;

/// <summary>
/// How long to pause between polls of a queue, so that each brings several messages and none that is there waits long. It goes by what the polls bring: polls a second are added to while
/// they come back well filled, and cut by a share while they do not. With that, processes that poll the same queue come to poll equally often; by their own rate of messages, whoever
/// polls more would get more, and go on so (Chiu and Jain, "Analysis of the Increase and Decrease Algorithms for Congestion Avoidance", 1989). For one caller.
/// </summary>
/// <param name="most">Messages that a poll brings at the most.</param>
internal sealed class PollPace(int most)
{
    // Of the most: a poll that brings so many was worth its call, and leaves room for what came while it was under way.
    private const double WellFilled = 0.7;

    private const double Cut = 0.9;

    // Of the rate at the longest pause, a poll.
    private const double Step = 0.1;

    // Against a division by none; so often nobody wants to poll.
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(10);

    private double? _perSecond;
    private bool _wasFull;

    /// <summary>Says how long to wait after a poll.</summary>
    /// <param name="messages">That it brought.</param>
    /// <param name="shortest">The pause to begin with.</param>
    /// <param name="longest">The pause that it may become; not above <paramref name="shortest"/> where polls cost nothing, and then each pause is the shortest.</param>
    /// <returns>None where more is there at once, as after every full poll where polls cost nothing, and after two in a row where they do.</returns>
    public TimeSpan After(int messages, TimeSpan shortest, TimeSpan longest)
    {
        var (wasFull, isFull) = (_wasFull, messages >= most);
        _wasFull = isFull;
        if (longest <= shortest)
            return isFull ? TimeSpan.Zero : shortest;
        var (rarest, oftenest) = (1 / longest.TotalSeconds, 1 / (shortest > Least ? shortest : Least).TotalSeconds);
        var perSecond = _perSecond ?? oftenest;
        perSecond = messages >= most * WellFilled ? perSecond + Step * rarest : perSecond * Cut;
        _perSecond = perSecond = Math.Clamp(perSecond, rarest, oftenest);
        // What a full poll leaves is as a rule a message or two: at once they would cost a poll of their own.
        return isFull && wasFull ? TimeSpan.Zero : TimeSpan.FromSeconds((isFull ? 0.5 : 1) / perSecond);
    }
}
