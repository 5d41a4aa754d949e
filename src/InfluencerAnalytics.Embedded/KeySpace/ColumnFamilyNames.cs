using System.Globalization;
using InfluencerAnalytics.Embedded.RocksDb;

namespace InfluencerAnalytics.Embedded.KeySpace;

/// <summary>The column families of the database. Those of a period carry its number; dropping one drops its files.</summary>
internal static class ColumnFamilyNames
{
    /// <summary>Small facts by name: versions, generations, settings, how far the roll-ups are.</summary>
    public const string Meta = "meta";

    /// <summary>Blocks of the influencer table as of the last checkpoint.</summary>
    public const string Latest = "latest";

    /// <summary>What changed in the influencer table since.</summary>
    public const string Journal = "journal";

    /// <summary>When each influencer was added.</summary>
    public const string Roster = "roster";

    /// <summary>Usernames as last read.</summary>
    public const string Names = "names";

    /// <summary>The same by name, for who looks for how one begins.</summary>
    public const string NameIndex = "name_index";

    /// <summary>Records of slots.</summary>
    public const string Slots = "slots";

    /// <summary>The sums of the slots of each hour.</summary>
    public const string SlotHours = "slot_hours";

    /// <summary>The days of which ranks are known.</summary>
    public const string RankDays = "rank_days";

    /// <summary>Which influencers were missed in which slot, and why.</summary>
    public const string Misses = "misses";

    /// <summary>Hours of influencers whose roll-up a late point made wrong.</summary>
    public const string Dirty = "dirty";

    /// <summary>The same hours in the order in which they became wrong.</summary>
    public const string DirtyOrder = "dirty_order";

    public const string QueueIndex = "queue_index";

    public const string QueueBodies = "queue_bodies";

    public const string DeadLetters = "dead_letters";

    /// <summary>Shards that a fetcher re-armed in a queue on other machines.</summary>
    public const string RememberedShards = "remembered_shards";

    /// <summary>The provider's newest verdict on each influencer.</summary>
    public const string Suspicions = "suspicions";

    /// <summary>The flags of the same in the order in which they were written.</summary>
    public const string SuspicionOrder = "suspicion_order";

    /// <summary>The verdicts that changed a flag.</summary>
    public const string SuspicionChanges = "suspicion_changes";

    /// <summary>What our own opinion of each influencer is made from.</summary>
    public const string Watches = "watches";

    public const string PointsPrefix = "points-";

    public const string HoursPrefix = "hours-";

    public const string DaysPrefix = "days-";

    public const string RanksPrefix = "ranks-";

    private static readonly string[] SeriesPrefixes = [PointsPrefix, HoursPrefix, DaysPrefix, RanksPrefix];

    public static readonly string[] Required =
    [
        "default", Meta, Latest, Journal, Roster, Names, NameIndex, Slots, SlotHours, RankDays, Misses, Dirty, DirtyOrder, QueueIndex, QueueBodies, DeadLetters, RememberedShards,
        Suspicions, SuspicionOrder, SuspicionChanges, Watches,
    ];

    public static ColumnFamilyUse UseOf(string name) =>
        SeriesPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) ? ColumnFamilyUse.Series : ColumnFamilyUse.Small;

    public static bool TryParse(string name, string prefix, out int period)
    {
        period = 0;
        return name.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out period);
    }

    public static string Of(string prefix, int period) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{period}");
}
