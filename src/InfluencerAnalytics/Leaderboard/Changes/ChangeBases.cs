using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Leaderboard.Changes;

/// <summary>The base of each window, as it stands. Safe for concurrent use.</summary>
internal sealed class ChangeBases
{
    /// <summary>Why there is no base at the start.</summary>
    public const string NotRead = "They are not read yet: the ranks are loaded first.";

    private readonly Entry[] _entries = [.. ChangeWindows.All.Select(static _ => new Entry(null, NotRead, null))];

    /// <summary>The base of a window that ends at a moment, or why there is none.</summary>
    /// <param name="asOf">In epoch milliseconds.</param>
    /// <returns>Expected: the newest slot with which there will be one, in epoch milliseconds; null where that is not known.</returns>
    public (ChangeBase? Base, string? Problem, long? Expected) Find(ChangeWindow window, long asOf)
    {
        var entry = Volatile.Read(ref _entries[(int)window]);
        if (entry.Base is not { } known)
            return (null, entry.Trouble ?? entry.Problem, entry.Trouble is null ? entry.Expected : null);
        if (asOf - known.Since <= ChangeWindows.LongestMs(window))
            return (known, null, null);
        return (null, $"The last one is of {UtcText.Of(known.Since)}, too long ago. {entry.Trouble}".TrimEnd(), null);
    }

    public void Set(ChangeWindow window, ChangeBase known) => Volatile.Write(ref _entries[(int)window], new Entry(known, null, null));

    /// <summary>There is none.</summary>
    /// <param name="expected">The newest slot with which there will be one, in epoch milliseconds; null where that is not known.</param>
    public void Clear(ChangeWindow window, string reason, long? expected = null) => Volatile.Write(ref _entries[(int)window], new Entry(null, reason, expected));

    /// <summary>A newer one cannot be had now; the one that there is stays, as long as it goes by the window's name.</summary>
    public void CannotRenew(ChangeWindow window, string problem)
    {
        ref var entry = ref _entries[(int)window];
        Volatile.Write(ref entry, Volatile.Read(ref entry) with { Trouble = problem });
    }

    /// <summary>A newer one can be had again, whether there is any or not.</summary>
    public void CanRenew(ChangeWindow window)
    {
        ref var entry = ref _entries[(int)window];
        var known = Volatile.Read(ref entry);
        if (known.Trouble is not null)
            Volatile.Write(ref entry, known with { Trouble = null });
    }

    /// <param name="Base">The one that there is.</param>
    /// <param name="Problem">Why there is none.</param>
    /// <param name="Expected">The newest slot with which there will be one.</param>
    /// <param name="Trouble">Why none can be looked for now.</param>
    private sealed record Entry(ChangeBase? Base, string? Problem, long? Expected, string? Trouble = null);
}
