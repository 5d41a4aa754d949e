using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.Queues;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Stores;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded;

/// <summary>
/// The queues and the store of one data directory, over one RocksDB database and hence one log: what a message's deletion follows in time,
/// it follows on the disk. One process owns the directory. Safe for concurrent use.
/// </summary>
public sealed partial class EmbeddedDatabase : IDisposable
{
    private readonly RocksDatabase _database;
    private readonly EmbeddedQueues _queues;
    private readonly EmbeddedStore _store;
    private readonly LatestCheckpoint _checkpoint;
    private readonly Maintenance _maintenance;
    private readonly LogSync _sync;
    private readonly FileStream _lock;
    private readonly ILogger _logger;
    private readonly Lock _closing = new();
    private bool _closed;

    private EmbeddedDatabase(
        RocksDatabase database, EmbeddedOptions options, DiskGuard disk, DatabaseOpening opening, RocksDbLog log, FileStream directoryLock, TimeProvider timeProvider,
        ILoggerFactory loggerFactory)
    {
        _database = database;
        _lock = directoryLock;
        _logger = loggerFactory.CreateLogger<EmbeddedDatabase>();
        _queues = new EmbeddedQueues(database, options, timeProvider, disk, loggerFactory.CreateLogger<EmbeddedQueues>());
        var context = new StoreContext(database, options, timeProvider, loggerFactory.CreateLogger<EmbeddedStore>());
        var progress = new RollupProgress();
        _checkpoint = new LatestCheckpoint(context);
        _checkpoint.Load();
        if (opening.AcceptedLoss)
        {
            _checkpoint.ForgetNames();
            _checkpoint.Rewrite();
            GenerationWriter.RequestAfterLoss(context);
        }

        var future = new FutureData(context, _checkpoint, timeProvider, loggerFactory.CreateLogger<EmbeddedStore>());
        var now = PointCodec.FloorSeconds(context.NowMs);
        // Where readings or slots lie there too, the clock may be the one that is behind, and who went or came back when is the truth: then that takes --drop-future, which keeps a copy.
        var putRight = future.IsAny()
            ? FutureTimes.PutBeginningsRight(context, beyond: now + FutureTimes.FurthestSeconds, to: now)
            : FutureTimes.PutRight(context, beyond: now + FutureTimes.FurthestSeconds, to: now);
        if (putRight > 0)
            Log.TimesPutRight(_logger, putRight);
        if (options.DropFuture)
            future.Drop();
        _checkpoint.Count();
        _store = new EmbeddedStore(context, progress, disk);
        _sync = new LogSync(Path.GetFullPath(options.DataDirectory), opening.Files);
        _sync.Sync(database, durable: true);
        opening.EndLoss();
        var reopening = new DiskReopening(database, opening, _sync, log, disk, loggerFactory.CreateLogger<DiskReopening>());
        _maintenance = new Maintenance(context, progress, _store, _checkpoint, _sync, reopening, disk, loggerFactory);
        Influencers = context.Table.Count;
    }

    /// <summary>The queues by name.</summary>
    public IMessageQueues Queues => _queues;

    public IInfluencerStore Store => _store;

    internal Maintenance Work => _maintenance;

    internal RocksDatabase Native => _database;

    private int Influencers { get; }

    /// <summary>Opens a data directory, and makes it when there is none.</summary>
    /// <remarks>Call <see cref="RunMaintenanceAsync"/> for as long as it is open: that is what syncs, rolls up and drops what is old.</remarks>
    /// <exception cref="EmbeddedDataException">It cannot be used; the message says why and what to do.</exception>
    public static EmbeddedDatabase Open(EmbeddedOptions options, TimeProvider timeProvider, ILoggerFactory loggerFactory) =>
        Open(options, timeProvider, loggerFactory, DiskGuard.FreeBytesOf);

    internal static EmbeddedDatabase Open(EmbeddedOptions options, TimeProvider timeProvider, ILoggerFactory loggerFactory, Func<string, long?> freeBytes)
    {
        var logger = loggerFactory.CreateLogger<EmbeddedDatabase>();
        NativeMemoryTuning.Apply();
        var path = Path.GetFullPath(options.DataDirectory);
        var disk = new DiskGuard(path, options.MinFreeBytes, freeBytes);
        disk.DamagedMessages.Logger = loggerFactory.CreateLogger<DamagedMessages>();
        disk.DamagedFiles.Logger = loggerFactory.CreateLogger<DamagedFiles>();
        DirectoryLayout.Prepare(path);
        var directoryLock = DirectoryLayout.Lock(path);
        var log = new RocksDbLog(message => Log.Native(logger, message));
        var opening = new DatabaseOpening(path, options, log, timeProvider, logger);
        var started = timeProvider.GetTimestamp();
        RocksDatabase? database = null;
        try
        {
            database = opening.Open();
            MarkFirst(database, path, opening.Files);
            disk.Check();
            var opened = new EmbeddedDatabase(database, options, disk, opening, log, directoryLock, timeProvider, loggerFactory);
            if (log.DroppedBytes > 0 && !opening.AcceptedLoss)
                Log.TornLog(logger, path, log.DroppedBytes);
            Log.Opened(logger, path, opened.Influencers, (long)timeProvider.GetElapsedTime(started).TotalMilliseconds);
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

    // What the first sync confirmed is on the disk before the mark: of a directory that is marked, it can be missing only by damage.
    private static void MarkFirst(RocksDatabase database, string path, DatabaseFiles files)
    {
        if (DirectoryLayout.IsMarked(path))
            return;
        using (var first = new LogSync(path, files))
            first.Sync(database, durable: true);
        DirectoryLayout.MarkFormat(path);
    }

    /// <summary>Syncs, checkpoints, rolls up, applies the retention and watches the disk until cancelled.</summary>
    public Task RunMaintenanceAsync(CancellationToken cancellationToken) => _maintenance.RunAsync(cancellationToken);

    /// <summary>
    /// Makes a consistent copy while everything runs. Files are linked where the target is on the same file system, so that it takes little time
    /// and space; it can be opened as a data directory.
    /// </summary>
    /// <param name="directory">Must not exist.</param>
    /// <exception cref="IOException">It exists.</exception>
    /// <exception cref="RocksDbException">RocksDB cannot write it.</exception>
    public void BackupTo(string directory) => BackupCopy.Make(_database, directory);

    /// <summary>Writes out what the next start would have to replay, and closes.</summary>
    public void Dispose()
    {
        lock (_closing)
        {
            if (_closed)
                return;
            _closed = true;
        }

        _queues.Dispose();
        try
        {
            _checkpoint.Run();
            _sync.Sync(_database, durable: true);
        }
        catch (Exception e) when (e is RocksDbException or IOException)
        {
            // Nothing is lost by it: the journal has what the checkpoint would have had.
            Log.CloseFailed(_logger, e);
        }

        _sync.Dispose();
        _database.Dispose();
        _lock.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(2000, LogLevel.Information, "Opened {Path} with {Influencers} influencers in {Milliseconds} ms.")]
        public static partial void Opened(ILogger logger, string path, int influencers, long milliseconds);

        [LoggerMessage(2001, LogLevel.Warning, "The end of the log in {Path} was torn: {Bytes} bytes that no sync had confirmed were dropped.")]
        public static partial void TornLog(ILogger logger, string path, long bytes);

        [LoggerMessage(2002, LogLevel.Warning, "RocksDB: {Message}")]
        public static partial void Native(ILogger logger, string message);

        [LoggerMessage(2007, LogLevel.Warning, "{Influencers} influencers were tracked, or not found, only from a time in the future on: the clock was ahead then, or is behind now. They are from now on.")]
        public static partial void TimesPutRight(ILogger logger, int influencers);

        [LoggerMessage(2003, LogLevel.Warning, "The last checkpoint failed; the next start replays the journal instead.")]
        public static partial void CloseFailed(ILogger logger, Exception exception);
    }
}
