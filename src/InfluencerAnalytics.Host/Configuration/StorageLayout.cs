namespace InfluencerAnalytics.Host.Configuration;

/// <summary>What stands behind the ports in one process.</summary>
/// <param name="Queue">Where the queues are.</param>
/// <param name="Store">Where the store is.</param>
/// <param name="Spools">Whether what goes to queues on other machines waits on this disk while they are away.</param>
internal sealed record StorageLayout(QueueKind Queue, StoreKind Store, bool Spools)
{
    /// <summary>Whether the process has a data directory; no other one can use it at the same time.</summary>
    public bool UsesDirectory => Queue == QueueKind.Embedded || Store == StoreKind.Embedded || Spools;

    /// <summary>By the configuration and by what the process runs. A kind that is no kind is left to the check of all options.</summary>
    /// <param name="role">Null for a command that does something with the data and ends.</param>
    public static StorageLayout Of(IConfiguration configuration, HostedRole? role)
    {
        var queue = Read<QueueKind>(configuration, nameof(StorageOptions.Queue));
        var store = Read<StoreKind>(configuration, nameof(StorageOptions.Store));
        // Where there is a directory anyway, nothing is lost by using it.
        return new StorageLayout(queue, store, queue == QueueKind.Sqs && (store == StoreKind.Embedded || role?.Fetches == true));
    }

    private static T Read<T>(IConfiguration configuration, string key) where T : struct, Enum =>
        Enum.TryParse<T>(configuration[$"{StorageOptions.Section}:{key}"], ignoreCase: true, out var kind) ? kind : default;
}
