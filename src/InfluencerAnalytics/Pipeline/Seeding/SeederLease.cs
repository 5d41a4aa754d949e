using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Pipeline.Seeding;

/// <summary>The right to seed, which one seeder of the deployment has at a time. For one caller.</summary>
/// <param name="leases">Where it is kept.</param>
/// <param name="name">What is seeded: one right each.</param>
internal sealed class SeederLease(ILeaseStore leases, string name = "seeder")
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);

    private readonly string _owner = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";

    /// <summary>False when another seeder has it.</summary>
    public ValueTask<bool> TryTakeAsync(CancellationToken cancellationToken) => leases.TryAcquireLeaseAsync(name, _owner, Duration, cancellationToken);

    /// <summary>To be called more often than every 60 s by who has it.</summary>
    /// <exception cref="StoreUnavailableException">Another seeder took it meanwhile.</exception>
    public async ValueTask KeepAsync(CancellationToken cancellationToken)
    {
        if (!await TryTakeAsync(cancellationToken))
            throw new StoreUnavailableException("Another seeder took the lease; this seeding is abandoned and not sealed.");
    }

    public ValueTask GiveBackAsync() => leases.ReleaseLeaseAsync(name, _owner, CancellationToken.None);
}
