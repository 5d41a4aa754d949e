namespace InfluencerAnalytics.Stores;

/// <summary>Keeps who may do what only one at a time may do. Safe for concurrent use.</summary>
public interface ILeaseStore
{
    /// <summary>Takes or renews a lease. False when another owner holds it.</summary>
    ValueTask<bool> TryAcquireLeaseAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Ends a lease; one of another owner stays.</summary>
    ValueTask ReleaseLeaseAsync(string name, string owner, CancellationToken cancellationToken);
}
