using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Ranks;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Writing;

namespace InfluencerAnalytics.Embedded.Opening;

/// <summary>
/// Upgrades a database of format 3: the index of usernames and the sums of hours may be there, of a program that marked no format of its own, and an older one may have written names and
/// slots since without them; and it left the ranks of a day as they were when late readings had changed whose they were. Only the marks that say that they are whole are taken back: the start and the upkeep make them again, and mark them once they are.
/// </summary>
internal static class FormatUpgrade
{
    public static void Apply(RocksDatabase database)
    {
        var meta = new MetaTable(database);
        new SideWrites(database).Write(batch =>
        {
            meta.Delete(batch, MetaKeys.NamesIndexed);
            RankDays.Distrust(database, batch);
            // Hours whose records are gone cannot be made again: those stay as they are.
            if (meta.GetNumber(MetaKeys.SlotHoursMade) is not { } made || FirstSlot(database) is not { } first)
                return;
            var hour = first - first % Periods.HourSeconds;
            meta.Put(batch, MetaKeys.SlotHoursMade, Math.Min(made, hour));
            meta.Put(batch, MetaKeys.SlotsKeptSince, Math.Max(meta.GetNumber(MetaKeys.SlotsKeptSince) ?? 0, hour));
        });
    }

    private static long? FirstSlot(RocksDatabase database)
    {
        using var records = database.Iterate(database[ColumnFamilyNames.Slots]);
        return records.SeekToFirst() ? BinaryPrimitives.ReadUInt32BigEndian(records.Key) : null;
    }
}
