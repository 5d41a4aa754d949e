using System.Globalization;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded;

/// <summary>
/// Backups into <c>backups</c> below the data directory: on the same file system, where files are linked rather than copied.
/// Safe for concurrent use.
/// </summary>
internal sealed class EmbeddedBackup(EmbeddedDatabase database, EmbeddedOptions options, TimeProvider timeProvider) : IStoreBackup
{
    public ValueTask<string> BackUpAsync(CancellationToken cancellationToken)
    {
        var name = timeProvider.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'.'fff'Z'", CultureInfo.InvariantCulture);
        var path = Path.Combine(Path.GetFullPath(options.DataDirectory), "backups", name);
        try
        {
            database.BackupTo(path);
            return ValueTask.FromResult(path);
        }
        catch (Exception exception) when (exception is RocksDbException or IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            throw new StoreUnavailableException($"No backup could be made in {path}: {exception.Message}", exception);
        }
    }
}
