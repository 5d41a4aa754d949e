using InfluencerAnalytics.Embedded.RocksDb;

namespace InfluencerAnalytics.Embedded.Writing;

/// <summary>
/// Writes beside the store's gate, of what no <see cref="IWritePart"/> holds in memory: large ones of the background work, during which intake goes on.
/// For one thread.
/// </summary>
internal sealed class SideWrites(RocksDatabase database)
{
    private readonly WriteBatchBuffer _batch = new();

    /// <summary>Writes what <paramref name="fill"/> puts into the batch; nothing of it when that throws.</summary>
    public void Write(Action<WriteBatchBuffer> fill)
    {
        _batch.Clear();
        fill(_batch);
        database.Write(_batch);
    }
}
