namespace InfluencerAnalytics.Stores;

/// <summary>Copies the data while it is in use, where the storage itself can. Safe for concurrent use.</summary>
public interface IStoreBackup
{
    /// <summary>Makes a consistent copy of queues and store beside the data and returns its path.</summary>
    /// <exception cref="StoreUnavailableException">It could not be made; nothing is left of it.</exception>
    ValueTask<string> BackUpAsync(CancellationToken cancellationToken);
}
