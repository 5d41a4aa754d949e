using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Embedded.Files;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded;

/// <summary>Backups on request. Safe for concurrent use.</summary>
internal sealed class EmbeddedBackup(EmbeddedDatabase database, EmbeddedOptions options, TimeProvider timeProvider) : IStoreBackup
{
    public ValueTask<string> BackUpAsync(CancellationToken cancellationToken)
    {
        var path = BackupCopy.PathIn(options.DataDirectory, timeProvider.GetUtcNow());
        try
        {
            database.BackupTo(path);
            return ValueTask.FromResult(path);
        }
        catch (Exception exception) when (exception is RocksDbException or IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"No backup could be made in {path}: {exception.Message}", exception);
        }
    }
}
