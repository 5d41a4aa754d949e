using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Stores;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded;

/// <summary>The background work of an open database. Each part can also be run by hand, one at a time.</summary>
internal sealed partial class Maintenance
{
    private static readonly TimeSpan DiskInterval = TimeSpan.FromSeconds(2);

    private readonly StoreContext _context;
    private readonly LatestCheckpoint _checkpoint;
    private readonly DiskGuard _disk;
    private readonly ILogger _logger;

    public Maintenance(
        StoreContext context, RollupProgress progress, EmbeddedStore store, LatestCheckpoint checkpoint, DiskGuard disk, ILoggerFactory loggerFactory)
    {
        _context = context;
        _checkpoint = checkpoint;
        _disk = disk;
        _logger = loggerFactory.CreateLogger<Maintenance>();
    }

    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        RepeatAsync("sync", _context.Options.SyncInterval, SyncLog, cancellationToken),
        RepeatAsync("checkpoint", _context.Options.CheckpointInterval, _checkpoint.Run, cancellationToken),
        RepeatAsync("disk", DiskInterval, CheckDisk, cancellationToken));

    public void SyncLog() => _context.Database.SyncLog();

    public void Checkpoint() => _checkpoint.Run();

    public void CheckDisk()
    {
        if (_disk.Check())
            Log.IntakeChanged(_logger, _disk.RefuseSend ?? "there is space again");
    }

    private async Task RepeatAsync(string name, TimeSpan interval, Action work, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, _context.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    work();
                }
                catch (Exception e) when (e is RocksDbException or InvalidDataException or ObjectDisposedException)
                {
                    Log.Failed(_logger, name, e);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The stop that was asked for.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2010, LogLevel.Warning, "Intake: {State}")]
        public static partial void IntakeChanged(ILogger logger, string state);

        [LoggerMessage(2011, LogLevel.Error, "Background work failed and is tried again: {Name}.")]
        public static partial void Failed(ILogger logger, string name, Exception exception);
    }
}
