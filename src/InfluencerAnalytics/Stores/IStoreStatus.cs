namespace InfluencerAnalytics.Stores;

/// <summary>Says what stands behind the store's ports. Safe for concurrent use.</summary>
public interface IStoreStatus
{
    /// <summary>What it is and how it is. Never throws: a store that is away is a state.</summary>
    ValueTask<StoreStatus> GetStatusAsync(CancellationToken cancellationToken);
}
