using System.Buffers.Binary;
using System.Text;
using InfluencerAnalytics.Embedded.RocksDb;

namespace InfluencerAnalytics.Embedded.KeySpace;

/// <summary>Small facts by name. Safe for concurrent use.</summary>
internal sealed class MetaTable(RocksDatabase database)
{
    private readonly ColumnFamily _family = database[ColumnFamilyNames.Meta];

    public long? GetNumber(string name) =>
        database.Get(_family, Encoding.UTF8.GetBytes(name)) is { Length: 8 } value ? BinaryPrimitives.ReadInt64BigEndian(value) : null;

    public byte[]? Get(string name) => database.Get(_family, Encoding.UTF8.GetBytes(name));

    public void Put(WriteBatchBuffer batch, string name, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        batch.Put(_family, Encoding.UTF8.GetBytes(name), bytes);
    }

    /// <summary>Writes it when there is none yet, or a greater one.</summary>
    public void PutLeast(WriteBatchBuffer batch, string name, long value)
    {
        if (GetNumber(name) is not { } known || value < known)
            Put(batch, name, value);
    }

    public void Put(WriteBatchBuffer batch, string name, ReadOnlySpan<byte> value) => batch.Put(_family, Encoding.UTF8.GetBytes(name), value);

    public void Delete(WriteBatchBuffer batch, string name) => batch.Delete(_family, Encoding.UTF8.GetBytes(name));
}

/// <summary>The names of the facts.</summary>
internal static class MetaKeys
{
    public const string RosterVersion = "roster/version";
    public const string JournalStart = "journal/start";
    public const string LastGeneration = "generations/last";
    public const string SealingHistory = "generations/sealings";
    public const string AddedShards = "generations/added-shards";
    public const string RequestedAfter = "generations/requested-after";
    public const string LostShardsUpTo = "generations/lost-shards-up-to";
    public const string GenerationPrefix = "generations/at/";
    public const string SettingPrefix = "settings/";
    public const string QueuePrefix = "queues/";
    public const string QueueLastIdPrefix = "queue-ids/";
    public const string QueueDroppedDeadPrefix = "queue-dropped-dead/";
    public const string QueueCount = "queues";
    public const string RolledUpHours = "rollups/hours";
    public const string RolledUpDays = "rollups/days";
    public const string HighestHours = "rollups/hours/highest";
    public const string HighestDays = "rollups/days/highest";
    public const string HourCursor = "rollups/hours/at";
    public const string DayCursor = "rollups/days/at";
    public const string DirtyDone = "rollups/dirty/done";
    public const string FirstHour = "rollups/hours/first";
    public const string FirstDay = "rollups/days/first";
    public const string SlotHoursMade = "slots/hours";
    public const string SlotsKeptSince = "slots/since";
    public const string RankedDays = "ranks/days";

    public const string NamesIndexed = "names/indexed";
    public const string Probe = "probe";
    public const string FailedChecksPrefix = "suspicion/failed/";
    public const string WatchProgress = "suspicion/watched";
    public const string KeptSince = "points/since";
}
