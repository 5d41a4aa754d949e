namespace InfluencerAnalytics.Embedded.Queues;

/// <summary>For how long a message is hidden, as it is kept for a later process.</summary>
/// <param name="Since">Epoch milliseconds of the wall clock.</param>
/// <param name="For">Milliseconds.</param>
internal readonly record struct HiddenTime(long Since, long For)
{
    // What a clock that is corrected in steps may be off by.
    private const long ToleranceMs = 1000;

    public long Until => Since + For;

    /// <summary>
    /// What is left of it by a wall clock; negative since it is over. Null when more would be left than it was for: the clock was set back since, or
    /// was ahead then, and says nothing of when the message is due.
    /// </summary>
    public long? Left(long utcNow) => Until - utcNow <= For + ToleranceMs ? Until - utcNow : null;
}
