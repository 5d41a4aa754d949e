using System.Globalization;
using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.Files;
using InfluencerAnalytics.Embedded.RocksDb;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.Opening;

/// <summary>
/// Opens the database again once a disk that was full has space: of some failures, such as a log that met the last byte, RocksDB recovers
/// in no other way, and refuses every write for ever. The queues and the store go on with it as they are: what was acknowledged is in the log.
/// Not safe for concurrent use, except for <see cref="DiskGuard"/>.
/// </summary>
internal sealed partial class DiskReopening(RocksDatabase database, DatabaseOpening opening, LogSync sync, RocksDbLog nativeLog, DiskGuard disk, ILogger logger)
{
    // Beside what the log writes out on opening: a new manifest and a new log.
    private const long SpareBytes = 8 * 1024 * 1024;

    private bool _full;

    /// <summary>A write got through.</summary>
    public void WritesGoOn()
    {
        if (disk.BackgroundError is null)
            return;
        disk.BackgroundError = null;
        _full = false;
        Log.WritesGoOn(logger, nativeLog.Forget());
    }

    /// <summary>No write gets through, for a reason that stays.</summary>
    public void WritesFail(RocksDbException exception)
    {
        var reason = exception.IsNoSpace ? disk.Explain(exception) : disk.BackgroundError ?? disk.Explain(exception);
        _full |= exception.IsNoSpace;
        if (disk.BackgroundError is null)
            Log.WritesFail(logger, reason, exception);
        disk.BackgroundError = reason;
    }

    /// <summary>Takes the next step, if there is one to take.</summary>
    public void Step()
    {
        if (!_full || disk.BackgroundError is null)
            return;
        if (!database.IsReopening)
        {
            var needed = NeededBytes();
            if (disk.FreeBytes < needed)
            {
                disk.BackgroundError = string.Create(
                    CultureInfo.InvariantCulture,
                    $"The disk of {disk.Path} was full and has {disk.FreeBytes / 1048576.0:0.#} MiB free. Free {needed / 1048576.0:0.#} MiB: the data is then opened again by itself, and nothing acknowledged is lost.");
                return;
            }

            disk.BackgroundError = $"The disk of {disk.Path} has space again: the data is being opened again.";
            database.CloseForReopening();
        }

        // Reads under way hold it open: the next step looks again.
        if (database.IsReleased)
            Reopen();
    }

    private void Reopen()
    {
        try
        {
            opening.Reopen(database);
            sync.Sync(database, durable: true);
            disk.BackgroundError = null;
            _full = false;
            Log.Reopened(logger, disk.Path, nativeLog.Forget());
        }
        catch (Exception e) when (e is RocksDbException or EmbeddedDataException or IOException)
        {
            var reason = e switch
            {
                EmbeddedDataException => e.Message,
                RocksDbException { IsNoSpace: true } => $"The disk of {disk.Path} is too full for the data to be opened again. Free more space; nothing acknowledged is lost.",
                _ => DirectoryLayout.Explain(disk.Path, e).Message,
            };
            if (disk.BackgroundError != reason)
                Log.ReopeningFailed(logger, reason, e);
            disk.BackgroundError = reason;
        }
    }

    // What the logs hold is written to data files on opening, and they are removed only then.
    private long NeededBytes() => opening.Files.Logs().Sum(number => new FileInfo(opening.Files.Log(number)) is { Exists: true } file ? file.Length : 0) + SpareBytes;

    private static partial class Log
    {
        [LoggerMessage(2060, LogLevel.Error, "Nothing can be written: {Reason}")]
        public static partial void WritesFail(ILogger logger, string reason, Exception exception);

        [LoggerMessage(2061, LogLevel.Warning, "Writes go through again. {Repeated} lines of RocksDB that repeated others were left out.")]
        public static partial void WritesGoOn(ILogger logger, long repeated);

        [LoggerMessage(2062, LogLevel.Warning, "The disk of {Path} has space again, and the data was opened again. {Repeated} lines of RocksDB that repeated others were left out.")]
        public static partial void Reopened(ILogger logger, string path, long repeated);

        [LoggerMessage(2063, LogLevel.Error, "The data cannot be opened again, and this is tried again: {Reason}")]
        public static partial void ReopeningFailed(ILogger logger, string reason, Exception exception);
    }
}
