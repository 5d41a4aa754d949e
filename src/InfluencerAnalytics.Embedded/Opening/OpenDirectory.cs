using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.Files;
using InfluencerAnalytics.Embedded.RocksDb;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.Opening;

/// <summary>A data directory that this process owns, with its database open. Safe for concurrent use, but for <see cref="Reopening"/>.</summary>
internal sealed partial class OpenDirectory : IDisposable
{
    private readonly DatabaseOpening _opening;
    private readonly FileStream _lock;

    private OpenDirectory(RocksDatabase database, DatabaseOpening opening, RocksDbLog nativeLog, DiskGuard disk, FileStream directoryLock, ILoggerFactory loggerFactory)
    {
        _opening = opening;
        _lock = directoryLock;
        Database = database;
        Disk = disk;
        Sync = new LogSync(disk.Path, opening.Files);
        Reopening = new DiskReopening(database, opening, Sync, nativeLog, disk, loggerFactory.CreateLogger<DiskReopening>());
        TornBytes = nativeLog.DroppedBytes;
    }

    public RocksDatabase Database { get; }

    public DiskGuard Disk { get; }

    public LogSync Sync { get; }

    public DiskReopening Reopening { get; }

    /// <summary>Whether it was opened without what was lost of the log.</summary>
    public bool AcceptedLoss => _opening.AcceptedLoss;

    /// <summary>What no sync had confirmed, and the end of the log has lost.</summary>
    public long TornBytes { get; }

    /// <exception cref="EmbeddedDataException">It cannot be used; the message says why and what to do.</exception>
    public static OpenDirectory Open(EmbeddedOptions options, TimeProvider timeProvider, ILoggerFactory loggerFactory, Func<string, long?> freeBytes, ILogger logger)
    {
        NativeMemoryTuning.Apply();
        var path = Path.GetFullPath(options.DataDirectory);
        var disk = new DiskGuard(path, options.MinFreeBytes, freeBytes);
        disk.DamagedMessages.Logger = loggerFactory.CreateLogger<DamagedMessages>();
        disk.DamagedFiles.Logger = loggerFactory.CreateLogger<DamagedFiles>();
        DirectoryLayout.Prepare(path);
        var directoryLock = DirectoryLayout.Lock(path);
        RocksDatabase? database = null;
        try
        {
            var nativeLog = new RocksDbLog(message => Log.Native(logger, message));
            var opening = new DatabaseOpening(path, options, nativeLog, timeProvider, logger);
            database = opening.Open();
            var opened = new OpenDirectory(database, opening, nativeLog, disk, directoryLock, loggerFactory);
            opened.Mark();
            disk.Check();
            return opened;
        }
        catch (Exception e)
        {
            database?.Dispose();
            directoryLock.Dispose();
            if (e is RocksDbException or InvalidDataException or IOException or UnauthorizedAccessException)
                throw DirectoryLayout.Explain(path, e);
            throw;
        }
    }

    /// <summary>What the opening has put right is on the disk when it returns.</summary>
    public void Confirm()
    {
        Sync.Sync(Database, durable: true);
        _opening.EndLoss();
    }

    public void Dispose()
    {
        Sync.Dispose();
        Database.Dispose();
        _lock.Dispose();
    }

    // What the first sync confirmed is on the disk before the mark: of a directory that is marked, it can be missing only by damage.
    private void Mark()
    {
        var isOlder = DirectoryLayout.IsOlder(Disk.Path);
        if (DirectoryLayout.IsMarked(Disk.Path) && !isOlder)
            return;
        if (isOlder)
            FormatUpgrade.Apply(Database);
        Sync.Sync(Database, durable: true);
        DirectoryLayout.MarkFormat(Disk.Path);
    }

    private static partial class Log
    {
        [LoggerMessage(2002, LogLevel.Warning, "RocksDB: {Message}")]
        public static partial void Native(ILogger logger, string message);
    }
}
