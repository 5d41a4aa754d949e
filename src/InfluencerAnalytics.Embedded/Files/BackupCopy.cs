using System.Globalization;
using InfluencerAnalytics.Embedded.RocksDb;

namespace InfluencerAnalytics.Embedded.Files;

/// <summary>Consistent copies of an open database, below <c>backups</c> in its data directory: on the same file system, files are linked and not copied.</summary>
internal static class BackupCopy
{
    /// <summary>Where a copy of that moment belongs.</summary>
    /// <param name="dataDirectory">Of the database.</param>
    /// <param name="moment">In UTC.</param>
    /// <param name="suffix">What it is for, when nobody asked for it.</param>
    public static string PathIn(string dataDirectory, DateTimeOffset moment, string suffix = "") =>
        Path.Combine(Path.GetFullPath(dataDirectory), "backups", moment.ToString("yyyyMMdd'T'HHmmss'.'fff'Z'", CultureInfo.InvariantCulture) + suffix);

    /// <summary>Makes one. Nothing is left of it when that fails.</summary>
    /// <param name="directory">Must not exist.</param>
    /// <exception cref="IOException">It exists, or cannot be written.</exception>
    /// <exception cref="RocksDbException">RocksDB cannot write it.</exception>
    public static void Make(RocksDatabase database, string directory)
    {
        if (Directory.Exists(directory))
            throw new IOException($"{directory} exists already; name a directory that does not.");
        try
        {
            Directory.CreateDirectory(directory);
            database.CreateCheckpoint(DirectoryLayout.DatabasePath(directory));
            using (var copy = new LogSync(directory, new DatabaseFiles(DirectoryLayout.DatabasePath(directory))))
                copy.Sync(database, durable: true);
            DirectoryLayout.MarkFormat(directory);
        }
        catch
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
            throw;
        }
    }
}
