using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Stores;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded;

/// <summary>The background work of an open database. Each part can also be run by hand, one at a time.</summary>
internal sealed partial class Maintenance
{
    private static readonly TimeSpan ClockInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DiskInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetentionInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan IdleRollupInterval = TimeSpan.FromSeconds(5);

    private readonly StoreContext _context;
    private readonly LatestCheckpoint _checkpoint;
    private readonly BeginningsAfterStep _beginnings;
    private readonly RollupWorker _rollups;
    private readonly Retention _retention;
    private readonly LogSync _sync;
    private readonly DiskReopening _reopening;
    private readonly DiskGuard _disk;
    private readonly ILogger _logger;
    private readonly Episode _intakeStopped;
    private long _backgroundErrors;

    public Maintenance(
        StoreContext context, RollupProgress progress, EmbeddedStore store, LatestCheckpoint checkpoint, LogSync sync, DiskReopening reopening, DiskGuard disk,
        ILoggerFactory loggerFactory)
    {
        _context = context;
        _checkpoint = checkpoint;
        _sync = sync;
        _reopening = reopening;
        _disk = disk;
        _intakeStopped = new Episode(context.Time);
        _logger = loggerFactory.CreateLogger<Maintenance>();
        _beginnings = new BeginningsAfterStep(context, _logger);
        _rollups = new RollupWorker(context, progress, store.Appends, store.Rollups, _logger);
        _retention = new Retention(context, progress, store.Appends, disk, _logger);
    }

    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        RepeatAsync("sync", _context.Options.SyncInterval, SyncLog, cancellationToken),
        RepeatAsync("checkpoint", _context.Options.CheckpointInterval, _checkpoint.Run, cancellationToken),
        RepeatAsync("clock", ClockInterval, LookAtClock, cancellationToken),
        RepeatAsync("disk", DiskInterval, CheckDisk, cancellationToken),
        RepeatAsync("retention", RetentionInterval, ApplyRetention, cancellationToken),
        RollUpAsync(cancellationToken));

    public void SyncLog() => _sync.Sync(_context.Database);

    public void Checkpoint() => _checkpoint.Run();

    public void LookAtClock()
    {
        if (_beginnings.Look())
            _checkpoint.Run();
    }

    public void ApplyRetention() => _retention.Apply();

    /// <summary>Rolls up all that can be.</summary>
    public void RollUp()
    {
        while (_rollups.Step())
        {
        }
    }

    public bool RollUpStep() => _rollups.Step();

    /// <summary>Closed hours that are not rolled up yet.</summary>
    public long HoursBehind => _rollups.HoursBehind;

    public void CheckDisk()
    {
        if (!_context.Database.IsReopening)
            CheckBackgroundErrors();
        _disk.Check();
        if (_disk.RefuseSend is { } refusal)
        {
            if (_intakeStopped.Happened(refusal))
                Log.IntakeStopped(_logger, refusal);
        }
        else if (_intakeStopped.Over() is { } past)
        {
            Log.IntakeGoesOn(_logger, past.Seconds);
        }
        _reopening.Step();
    }

    // RocksDB counts the errors of its background work and refuses writes after a grave one, until it has recovered.
    private void CheckBackgroundErrors()
    {
        var errors = _context.Database.GetNumber(_context.MetaFamily, "rocksdb.background-errors");
        if (errors == _backgroundErrors && _disk.BackgroundError is null && !_context.Database.WritesFail)
            return;
        _backgroundErrors = errors;
        try
        {
            var batch = new WriteBatchBuffer();
            _context.Meta.Put(batch, MetaKeys.Probe, errors);
            _context.Database.Write(batch);
            _reopening.WritesGoOn();
        }
        catch (RocksDbException e)
        {
            _reopening.WritesFail(e);
        }
    }

    // At most half of one core, so that intake does not notice: an hour of a million influencers takes some 25 s of CPU, and shall be done within a minute. All of a core only
    // when two hours have piled up.
    private async Task RollUpAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var pause = IdleRollupInterval;
            try
            {
                var started = _context.Time.GetTimestamp();
                if (_rollups.Step())
                    pause = _rollups.HoursBehind > 2 ? TimeSpan.FromMilliseconds(1) : _context.Time.GetElapsedTime(started) + TimeSpan.FromMilliseconds(1);
                Succeed("roll-ups");
            }
            catch (Exception e)
            {
                Fail("roll-ups", e);
            }

            await Task.Delay(pause, _context.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
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
                    Succeed(name);
                }
                catch (Exception e)
                {
                    Fail(name, e);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The stop that was asked for.
        }
    }

    // Whatever it was: a part that stopped for good would be missed only once the disk is full or history is gone.
    private void Fail(string name, Exception exception)
    {
        _disk.DamagedFiles.Note(exception);
        if (_context.Failures.Failed(name, exception))
            Log.Failed(_logger, name, exception);
    }

    private void Succeed(string name)
    {
        if (_context.Failures.Succeeded(name) is { } past)
            Log.WorksAgain(_logger, name, past.Times, past.Seconds);
    }

    private static partial class Log
    {
        [LoggerMessage(2010, LogLevel.Warning, "Intake is stopped: {Reason}")]
        public static partial void IntakeStopped(ILogger logger, string reason);

        [LoggerMessage(2013, LogLevel.Information, "Intake goes on: there is space again, after {Seconds} s.")]
        public static partial void IntakeGoesOn(ILogger logger, double seconds);

        [LoggerMessage(2011, LogLevel.Error, "Background work failed and is tried again: {Name}.")]
        public static partial void Failed(ILogger logger, string name, Exception exception);

        [LoggerMessage(2012, LogLevel.Information, "Background work succeeds again: {Name}, after {Times} failures in {Seconds} s.")]
        public static partial void WorksAgain(ILogger logger, string name, long times, double seconds);
    }
}
