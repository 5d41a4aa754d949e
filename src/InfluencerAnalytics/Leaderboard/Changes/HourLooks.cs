using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.Leaderboard.Changes;

/// <summary>
/// Says when the base of a window is to be read of its hours: when others are the last before it, and again when readings of them came late, as after an outage of the store that
/// the queue's messages outlast in any order. For one thread.
/// </summary>
internal sealed class HourLooks(ISlotStore slots, TimeProvider timeProvider)
{
    /// <summary>How often it is asked whether more is stored. Late readings are in the roll-ups within so long.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    // What is less changes the base of hardly anybody, and a trickle of late readings does not have it read over and over.
    private const int MoreIsOneIn = 100;

    // By window.
    private readonly Look?[] _looks = new Look?[ChangeWindows.All.Count];

    /// <summary>Whether it is to be asked of a window that begins at the end of an hour.</summary>
    public bool IsDue(ChangeWindow window, long end) =>
        _looks[(int)window] is not { } last || last.End != end || timeProvider.GetElapsedTime(last.At) >= Every;

    /// <summary>How many readings of the hours are stored, when they are to be read; null when they need not be.</summary>
    /// <param name="first">The start of the first hour of the base.</param>
    /// <param name="end">The end of the last.</param>
    public async ValueTask<long?> LookAsync(ChangeWindow window, long first, long end, CancellationToken cancellationToken)
    {
        var stored = (await slots.ReadSlotHoursAsync(first, end - 1, cancellationToken)).Sum(static hour => hour.Stored);
        if (_looks[(int)window] is not { } last || last.End != end)
            return stored;
        _looks[(int)window] = last with { Stored = stored, At = timeProvider.GetTimestamp() };
        // While they still come it would be read in vain.
        return IsMore(stored, last.StoredWhenRead) && !IsMore(stored, last.Stored) ? stored : null;
    }

    /// <summary>They were read.</summary>
    /// <param name="stored">What <see cref="LookAsync"/> said before.</param>
    public void Read(ChangeWindow window, long end, long stored) => _looks[(int)window] = new Look(end, stored, stored, timeProvider.GetTimestamp());

    private static bool IsMore(long now, long before) => (now - before) * MoreIsOneIn > before;

    private readonly record struct Look(long End, long StoredWhenRead, long Stored, long At);
}
