using InfluencerAnalytics.Embedded.Clocks;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;

namespace InfluencerAnalytics.Embedded.Writing;

/// <summary>What every part of the store stands on: the database, its small facts, the time, and the one way to write. Safe for concurrent use, but for the list of parts, which is filled at start.</summary>
internal sealed class StoreContext(RocksDatabase database, EmbeddedOptions options, TimeProvider time)
{
    private readonly WriteBatchBuffer _batch = new();
    private readonly List<IWritePart> _parts = [];

    /// <summary>Held while memory is changed, or must not change. May be taken again by who holds it.</summary>
    public Lock Gate { get; } = new();

    public RocksDatabase Database => database;

    public EmbeddedOptions Options => options;

    public StoreClock Clock { get; } = new(time);

    public MetaTable Meta { get; } = new(database);

    /// <summary>Has it take part in every write from now on.</summary>
    public void Add(IWritePart part) => _parts.Add(part);

    /// <summary>
    /// Writes, under the gate: <paramref name="change"/> changes memory and puts into the batch what the parts do not put there themselves. When that or the write fails,
    /// nothing is on the disk and every part is as it was. Not within another write.
    /// </summary>
    /// <returns>What <paramref name="change"/> returns. What its caller holds in memory itself is to be set after this.</returns>
    public T Write<T>(Func<WriteBatchBuffer, T> change)
    {
        lock (Gate)
        {
            T result;
            try
            {
                _batch.Clear();
                result = change(_batch);
                foreach (var part in _parts)
                    part.Complete(_batch);
                database.Write(_batch);
            }
            catch
            {
                foreach (var part in _parts)
                    part.Undo();
                throw;
            }

            foreach (var part in _parts)
                part.Accept();
            return result;
        }
    }

    /// <inheritdoc cref="Write{T}(Func{WriteBatchBuffer, T})"/>
    public void Write(Action<WriteBatchBuffer> change) => Write<object?>(batch =>
    {
        change(batch);
        return null;
    });
}
