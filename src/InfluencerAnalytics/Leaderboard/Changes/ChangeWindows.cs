namespace InfluencerAnalytics.Leaderboard.Changes;

/// <summary>What follows from a window.</summary>
public static class ChangeWindows
{
    /// <summary>The step of what is rolled up, in milliseconds.</summary>
    internal const long HourMs = 3_600_000;

    /// <summary>All, the shortest first.</summary>
    public static IReadOnlyList<ChangeWindow> All { get; } = [ChangeWindow.Hour, ChangeWindow.Day, ChangeWindow.Week];

    /// <summary>As the API writes it.</summary>
    public static string NameOf(ChangeWindow window) => window switch
    {
        ChangeWindow.Hour => "1h",
        ChangeWindow.Day => "24h",
        _ => "7d",
    };

    /// <summary>Its length in milliseconds.</summary>
    public static long LengthMs(ChangeWindow window) => window switch
    {
        ChangeWindow.Hour => HourMs,
        ChangeWindow.Day => 24 * HourMs,
        _ => 7 * 24 * HourMs,
    };

    /// <summary>
    /// How far from either end of the window a reading may lie and still stand for it, in milliseconds: a tenth of the window, as for a single influencer, and two intervals where
    /// that is longer, since a reading comes once an interval.
    /// </summary>
    internal static long NearMs(ChangeWindow window, TimeSpan interval) => Math.Max(LengthMs(window) / 10, 2 * (long)interval.TotalMilliseconds);

    /// <summary>
    /// Whether a change over a window can be told up to a latest reading: of one that was read last long before all others it is not known how it changed over that time.
    /// </summary>
    /// <param name="slot">Of the reading, in epoch milliseconds.</param>
    /// <param name="asOf">The end of the window: the newest slot of anyone, in epoch milliseconds.</param>
    /// <param name="nearMs"><see cref="NearMs"/> of the window.</param>
    internal static bool ReachesEnd(long slot, long asOf, long nearMs) => slot >= asOf - nearMs;

    /// <summary>The longest span that still goes by the window's name, in milliseconds: bases lie on a grid of hours at the most, and the next one is read within half an hour.</summary>
    internal static long LongestMs(ChangeWindow window) => LengthMs(window) + HourMs + HourMs / 2;
}
