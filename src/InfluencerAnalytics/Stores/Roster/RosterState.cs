using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Stores.Roster;

/// <summary>How an influencer of the roster, or one that was on it, stands for people.</summary>
public enum RosterState : byte
{
    /// <summary>Fetched once per interval, and the newest word of it was a reading; or there is none of the last <see cref="RosterStates.SlotsLookedAt"/> slots of which anything was reported.</summary>
    Tracked = 1,

    /// <summary>
    /// Fetched once per interval, and of the newest slot in which anything was said of it there is no reading but a miss; that slot is among the last <see cref="RosterStates.SlotsLookedAt"/> of
    /// which anything was reported.
    /// </summary>
    Failing = 2,

    /// <summary>The provider does not know it; tried now and then.</summary>
    Gone = 3,

    /// <summary>No longer tracked; its history stays.</summary>
    Removed = 4,
}

/// <summary>What is asked of a state.</summary>
public static class RosterStates
{
    /// <summary>
    /// In how many of the newest slots of which anything was reported a miss is looked for. Of an influencer that is fetched, each slot has a reading or a miss: the newest is of
    /// the slot at hand or the one before, or of the one before that where its reports are late. The others are for a shard that is visited now and then only, since its fetchers have more
    /// to do than they can: up to once in fifteen slots. However many it were, whom nobody visits at all would be out of them some time; and for as long after an outage those who fail have to be found among all
    /// that failed in it.
    /// </summary>
    public const int SlotsLookedAt = 16;

    private static readonly string[] Names = ["unknown", "tracked", "failing", "gone", "removed"];

    /// <summary>As the API writes it.</summary>
    public static string NameOf(RosterState state) => Names[(int)state];

    public static bool TryParse(string name, out RosterState state)
    {
        state = (RosterState)Math.Max(0, Array.IndexOf(Names, name));
        return state != default;
    }

    /// <summary>All names, in the order in which people read them.</summary>
    public static IReadOnlyList<string> All { get; } = Names[1..];

    /// <summary>Null for one that never was on the roster.</summary>
    /// <param name="status">How it stands.</param>
    /// <param name="slot">Of its latest reading; 0 for none.</param>
    /// <param name="missedAt">The newest slot in which it was missed; 0 for none.</param>
    public static RosterState? Of(InfluencerStatus status, long slot, long missedAt) => status switch
    {
        InfluencerStatus.Tracked => missedAt > slot ? RosterState.Failing : RosterState.Tracked,
        InfluencerStatus.Gone => RosterState.Gone,
        InfluencerStatus.Removed => RosterState.Removed,
        _ => null,
    };
}
