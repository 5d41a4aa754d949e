namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>
/// A column family of an open database. It stays the same when the database is closed and opened again behind it; only its handle changes.
/// Safe for concurrent use.
/// </summary>
internal sealed class ColumnFamily(string name, ColumnFamilyHandle handle)
{
    private volatile ColumnFamilyHandle _handle = handle;
    private volatile bool _dropped;

    public string Name { get; } = name;

    /// <summary>Kept by the database for as long as the family lives, over closing and opening too.</summary>
    public uint Id { get; } = handle.Id;

    /// <summary>Its handle and, with it, the database that this handle belongs to: the two must never be mixed.</summary>
    public ColumnFamilyHandle Handle => _handle;

    /// <summary>True once its data was dropped. A handle that is closed for any other reason is a failure, not "no data".</summary>
    public bool IsDropped => _dropped;

    public void Attach(ColumnFamilyHandle handle)
    {
        if (handle.Id != Id)
            throw new RocksDbException($"Corruption: column family {Name} came back under another number ({handle.Id}, was {Id}).");
        _handle = handle;
    }

    public void MarkDropped() => _dropped = true;
}
