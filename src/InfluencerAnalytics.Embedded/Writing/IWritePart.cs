using InfluencerAnalytics.Embedded.RocksDb;

namespace InfluencerAnalytics.Embedded.Writing;

/// <summary>What is held in memory and changed by writes: it puts its changes into each one, and keeps them or takes them back with it. Used under the store's gate.</summary>
internal interface IWritePart
{
    /// <summary>Puts what this write changed into its batch.</summary>
    void Complete(WriteBatchBuffer batch);

    /// <summary>The write is through: its changes stay.</summary>
    void Accept();

    /// <summary>The write failed: all is as it was before it.</summary>
    void Undo();
}
