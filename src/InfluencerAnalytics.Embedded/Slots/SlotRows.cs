using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.Embedded.Slots;

/// <summary>The records of slots as they were last written. Safe for concurrent use, without the store's gate.</summary>
internal sealed class SlotRows(RocksDatabase database)
{
    public ColumnFamily Family { get; } = database[ColumnFamilyNames.Slots];

    /// <summary>Those of slots in [start, end], ascending.</summary>
    public List<SlotSummary> Read(uint start, uint end)
    {
        var summaries = new List<SlotSummary>();
        Span<byte> key = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(key, start);
        using var iterator = database.Iterate(Family);
        for (var valid = iterator.Seek(key); valid; valid = iterator.Next())
        {
            var slot = BinaryPrimitives.ReadUInt32BigEndian(iterator.Key);
            if (slot > end)
                break;
            summaries.Add(SlotRecord.Read(iterator.Value).ToSummary(slot));
        }

        return summaries;
    }
}
