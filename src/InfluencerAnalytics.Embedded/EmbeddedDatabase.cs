using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.Files;
using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.Opening;
using InfluencerAnalytics.Embedded.Queues;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.ShardMemory;
using InfluencerAnalytics.Embedded.Stores;
using InfluencerAnalytics.Embedded.Upkeep;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Spooling;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded;

/// <summary>
/// The queues and the store of one data directory, over one RocksDB database and hence one log: what a message's deletion follows in time,
/// it follows on the disk. One process owns the directory. Safe for concurrent use.
/// </summary>
public sealed partial class EmbeddedDatabase : IDisposable
{
    private readonly OpenDirectory _directory;
    private readonly EmbeddedQueues _queues;
    private readonly EmbeddedStore _store;
    private readonly TableCheckpoint _checkpoint;
    private readonly Maintenance _maintenance;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Lock _closing = new();
    private bool _closed;

    private EmbeddedDatabase(OpenDirectory directory, EmbeddedOptions options, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    {
        _directory = directory;
        _timeProvider = timeProvider;
        _logger = loggerFactory.CreateLogger<EmbeddedDatabase>();
        var storeLogger = loggerFactory.CreateLogger<EmbeddedStore>();
        _queues = new EmbeddedQueues(directory.Database, options, timeProvider, directory.Disk, loggerFactory.CreateLogger<EmbeddedQueues>());
        var parts = new StoreParts(new StoreContext(directory.Database, options, timeProvider), directory.Disk.DamagedMessages.LostShards, storeLogger);
        new StoreLoading(parts, storeLogger, _logger).Load(directory.AcceptedLoss, options.DropFuture);
        _checkpoint = parts.Checkpoint;
        _store = new EmbeddedStore(parts, directory.Disk);
        directory.Confirm();
        _maintenance = new Maintenance(parts, directory, loggerFactory.CreateLogger<Maintenance>());
        Influencers = parts.Influencers.Table.Count;
    }

    /// <summary>The queues by name.</summary>
    public IMessageQueues Queues => _queues;

    /// <summary>What could not be processed, beside its queue.</summary>
    public IDeadLetters DeadLetters => new EmbeddedDeadLetters(_queues);

    /// <summary>The shards of queues elsewhere that this process re-armed.</summary>
    internal IShardMemory ShardMemory => new EmbeddedShardMemory(_directory.Database);

    public IInfluencerStore Store => _store;

    internal Maintenance Work => _maintenance;

    internal RocksDatabase Native => _directory.Database;

    private int Influencers { get; }

    /// <summary>Opens a data directory, and makes it when there is none.</summary>
    /// <remarks>Call <see cref="RunMaintenanceAsync(WorkerHealth, CancellationToken)"/> for as long as it is open: that is what syncs, rolls up and drops what is old.</remarks>
    /// <exception cref="EmbeddedDataException">It cannot be used; the message says why and what to do.</exception>
    public static EmbeddedDatabase Open(EmbeddedOptions options, TimeProvider timeProvider, ILoggerFactory loggerFactory) =>
        Open(options, timeProvider, loggerFactory, DiskGuard.FreeBytesOf);

    internal static EmbeddedDatabase Open(EmbeddedOptions options, TimeProvider timeProvider, ILoggerFactory loggerFactory, Func<string, long?> freeBytes)
    {
        var logger = loggerFactory.CreateLogger<EmbeddedDatabase>();
        var started = timeProvider.GetTimestamp();
        var directory = OpenDirectory.Open(options, timeProvider, loggerFactory, freeBytes, logger);
        try
        {
            var opened = new EmbeddedDatabase(directory, options, timeProvider, loggerFactory);
            if (directory.TornBytes > 0 && !directory.AcceptedLoss)
                Log.TornLog(logger, directory.Disk.Path, directory.TornBytes);
            Log.Opened(logger, directory.Disk.Path, opened.Influencers, (long)timeProvider.GetElapsedTime(started).TotalMilliseconds);
            return opened;
        }
        catch (Exception e)
        {
            directory.Dispose();
            if (e is RocksDbException or InvalidDataException or IOException or UnauthorizedAccessException)
                throw DirectoryLayout.Explain(directory.Disk.Path, e);
            throw;
        }
    }

    /// <summary>Syncs, checkpoints, rolls up, applies the retention and watches the disk until cancelled. When it returns, nothing of it uses the database any more.</summary>
    /// <param name="health">Where each part of it says whether it works.</param>
    public Task RunMaintenanceAsync(WorkerHealth health, CancellationToken cancellationToken) => _maintenance.RunAsync(health, cancellationToken);

    /// <summary>The same, for a process that nobody asks for its health.</summary>
    public Task RunMaintenanceAsync(CancellationToken cancellationToken) => RunMaintenanceAsync(new WorkerHealth(_timeProvider), cancellationToken);

    /// <summary>
    /// Makes a consistent copy while everything runs. Files are linked where the target is on the same file system, so that it takes little time
    /// and space; it can be opened as a data directory.
    /// </summary>
    /// <param name="directory">Must not exist.</param>
    /// <exception cref="IOException">It exists.</exception>
    /// <exception cref="RocksDbException">RocksDB cannot write it.</exception>
    public void BackupTo(string directory) => BackupCopy.Make(_directory.Database, directory);

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
            _directory.Sync.Sync(_directory.Database, durable: true);
        }
        catch (Exception e) when (e is RocksDbException or IOException)
        {
            // Nothing is lost by it: the journal has what the checkpoint would have had.
            Log.CloseFailed(_logger, e);
        }

        _directory.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(2000, LogLevel.Information, "Opened {Path} with {Influencers} influencers in {Milliseconds} ms.")]
        public static partial void Opened(ILogger logger, string path, int influencers, long milliseconds);

        [LoggerMessage(2001, LogLevel.Warning, "The end of the log in {Path} was torn: {Bytes} bytes that no sync had confirmed were dropped.")]
        public static partial void TornLog(ILogger logger, string path, long bytes);

        [LoggerMessage(2003, LogLevel.Warning, "The last checkpoint failed; the next start replays the journal instead.")]
        public static partial void CloseFailed(ILogger logger, Exception exception);
    }
}
