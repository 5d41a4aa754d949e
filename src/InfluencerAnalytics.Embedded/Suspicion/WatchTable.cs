using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.Embedded.Suspicion;

/// <summary>
/// What our own opinion of each influencer is made from, and how far the hours went into it. Written beside the store's gate, under a lock of its own, as the verdicts are. Safe for concurrent use.
/// </summary>
internal sealed class WatchTable(StoreContext context)
{
    private const int ProgressLength = 4 * sizeof(long);

    // A few megabytes of keys at the most.
    private const int DropsPerWrite = 10_000;

    private readonly ColumnFamily _family = context.Database[ColumnFamilyNames.Watches];
    private readonly SideWrites _writes = new(context.Database);
    private readonly ByteWriter _row = new();
    private readonly Lock _lock = new();

    public WatchProgress ReadProgress()
    {
        if (context.Meta.Get(MetaKeys.WatchProgress) is not { Length: ProgressLength } row)
            return default;
        return new WatchProgress((int)At(0), At(1), At(2), At(3));

        long At(int number) => BinaryPrimitives.ReadInt64BigEndian(row.AsSpan(number * sizeof(long)));
    }

    public KeptWatch? Find(long id)
    {
        Span<byte> key = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(key, id);
        return context.Database.Get(_family, key) is { } row ? WatchCodec.Read(id, row) : null;
    }

    public List<KeptWatch> Read(IReadOnlyList<long> ids)
    {
        var watches = new List<KeptWatch>(ids.Count);
        foreach (var id in ids)
        {
            if (Find(id) is { } watch)
                watches.Add(watch);
        }
        return watches;
    }

    /// <inheritdoc cref="IWatchStore.WriteWatchesAsync"/>
    public bool Write(IReadOnlyList<KeptWatch> watches, WatchProgress from, WatchProgress to)
    {
        lock (_lock)
        {
            if (ReadProgress() != from)
                return false;
            _writes.Write(batch =>
            {
                foreach (var watch in watches)
                    Put(batch, watch);
                Put(batch, to);
            });
            return true;
        }
    }

    /// <inheritdoc cref="IWatchStore.DropWatchesAsync"/>
    public int Drop(long untilBeforeMs)
    {
        lock (_lock)
        {
            var dropped = 0;
            var ids = new List<long>();
            using var rows = context.Database.Iterate(_family, fillCache: false);
            for (var isThere = rows.SeekToFirst(); isThere; isThere = rows.Next())
            {
                if (WatchCodec.ReadUntil(rows.Value) >= untilBeforeMs)
                    continue;
                ids.Add(BinaryPrimitives.ReadInt64BigEndian(rows.Key));
                dropped++;
                if (ids.Count == DropsPerWrite)
                    Delete(ids);
            }
            Delete(ids);
            return dropped;
        }
    }

    private void Delete(List<long> ids)
    {
        if (ids.Count == 0)
            return;
        _writes.Write(batch =>
        {
            Span<byte> key = stackalloc byte[sizeof(long)];
            foreach (var id in ids)
            {
                BinaryPrimitives.WriteInt64BigEndian(key, id);
                batch.Delete(_family, key);
            }
        });
        ids.Clear();
    }

    private void Put(WriteBatchBuffer batch, KeptWatch watch)
    {
        Span<byte> key = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(key, watch.InfluencerId);
        _row.Clear();
        WatchCodec.Write(_row, watch);
        batch.Put(_family, key, _row.Written);
    }

    private void Put(WriteBatchBuffer batch, WatchProgress progress)
    {
        Span<byte> row = stackalloc byte[ProgressLength];
        BinaryPrimitives.WriteInt64BigEndian(row, progress.Round);
        BinaryPrimitives.WriteInt64BigEndian(row[8..], progress.FoldedUntil);
        BinaryPrimitives.WriteInt64BigEndian(row[16..], progress.Until);
        BinaryPrimitives.WriteInt64BigEndian(row[24..], progress.AfterId);
        context.Meta.Put(batch, MetaKeys.WatchProgress, row);
    }
}
