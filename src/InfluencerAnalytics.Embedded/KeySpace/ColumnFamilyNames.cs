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

    /// <summary>Records of slots.</summary>
    public const string Slots = "slots";

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

    public const string PointsPrefix = "points-";

    public const string HoursPrefix = "hours-";

    public const string DaysPrefix = "days-";

    public static readonly string[] Required =
        ["default", Meta, Latest, Journal, Roster, Names, Slots, Misses, Dirty, DirtyOrder, QueueIndex, QueueBodies, DeadLetters, RememberedShards, Suspicions, SuspicionOrder, SuspicionChanges];

    public static ColumnFamilyUse UseOf(string name) =>
        name.StartsWith(PointsPrefix, StringComparison.Ordinal) || name.StartsWith(HoursPrefix, StringComparison.Ordinal) || name.StartsWith(DaysPrefix, StringComparison.Ordinal)
            ? ColumnFamilyUse.Series
            : ColumnFamilyUse.Small;

    public static bool TryParse(string name, string prefix, out int period)
    {
        period = 0;
        return name.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out period);
    }

    public static string Of(string prefix, int period) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{period}");
}
