namespace InfluencerAnalytics.Stores;

/// <summary>The whole store: every port of it, over one database. Safe for concurrent use.</summary>
public interface IInfluencerStore : IDataPointStore, IRosterStore, ISlotStore, ILatestStore
{
    /// <summary>What stands behind the ports and how it is. Never throws: a store that is away is a state.</summary>
    ValueTask<StoreStatus> GetStatusAsync(CancellationToken cancellationToken);
}
