using InfluencerAnalytics.Embedded.ClockRepair;
using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.Opening;
using InfluencerAnalytics.Embedded.Ranks;
using InfluencerAnalytics.Embedded.Rollups;
using InfluencerAnalytics.Embedded.Slots;
using InfluencerAnalytics.Embedded.Stores;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.Upkeep;

/// <summary>The background work of an open database, a worker for each part. Each part can also be run by hand, one at a time.</summary>
internal sealed class Maintenance
{
    private static readonly TimeSpan ClockInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DiskInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetentionInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan IdleRollupInterval = TimeSpan.FromSeconds(5);

    // Also when a round takes longer than its interval: others are to have the processor in between.
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(1);

    private readonly StoreContext _context;
    private readonly TableCheckpoint _checkpoint;
    private readonly BeginningsAfterStep _beginnings;
    private readonly RollupMaker _rollups;
    private readonly SlotHours _slotHours;
    private readonly RankMaker _ranks;
    private readonly Retention _retention;
    private readonly DiskWatch _diskWatch;
    private readonly OpenDirectory _directory;
    private readonly ILogger _logger;

    public Maintenance(StoreParts parts, OpenDirectory directory, ILogger logger)
    {
        (_directory, _logger) = (directory, logger);
        _context = parts.Context;
        _checkpoint = parts.Checkpoint;
        _beginnings = new BeginningsAfterStep(_context, parts.Influencers, parts.Slots, parts.Points, logger);
        _rollups = new RollupMaker(
            _context, parts.Influencers.Table, parts.Slots, parts.Points.Days, parts.Rollups, parts.RollupReader, parts.Ranks.NoteLate, logger);
        _slotHours = parts.Slots.Hours;
        _ranks = new RankMaker(_context, parts.Influencers.Table, parts.Slots, parts.Rollups, parts.Ranks);
        _retention = new Retention(_context, parts.Points, parts.Slots, parts.Rollups, parts.Ranks, directory.Disk, logger);
        _diskWatch = new DiskWatch(_context, directory.Disk, directory.Reopening, logger);
    }

    /// <summary>Closed hours that are not rolled up yet.</summary>
    public long HoursBehind => _rollups.HoursBehind;

    /// <summary>Runs all of it until cancelled. When it returns, nothing of it uses the database any more.</summary>
    public async Task RunAsync(WorkerHealth health, CancellationToken cancellationToken)
    {
        List<UpkeepWorker> workers =
        [
            Every("log sync", _context.Options.SyncInterval, SyncLog, health),
            Every("checkpoint", _context.Options.CheckpointInterval, Checkpoint, health),
            Every("clock steps", ClockInterval, LookAtClock, health),
            Every("disk", DiskInterval, CheckDisk, health),
            Every("retention", RetentionInterval, ApplyRetention, health),
            Create("roll-ups", LeastPause, RollUpAndRest, health),
        ];
        try
        {
            foreach (var worker in workers)
                await worker.StartAsync(cancellationToken);
            await Task.WhenAll(workers.Select(worker => worker.ExecuteTask!));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // One that had not begun yet.
        }
        finally
        {
            workers.ForEach(worker => worker.Dispose());
        }
    }

    public void SyncLog() => _directory.Sync.Sync(_context.Database);

    public void Checkpoint() => _checkpoint.Run();

    public void LookAtClock() => _beginnings.Look();

    public void ApplyRetention() => _retention.Apply();

    public void CheckDisk() => _diskWatch.Check();

    /// <summary>Rolls up, and ranks, all that can be.</summary>
    public void RollUp()
    {
        while (RollUpStep())
        {
        }
    }

    /// <summary>Does a little of it; sums of slots, which are computed meanwhile, and ranks only when no roll-up is waiting. False when there is nothing to do.</summary>
    public bool RollUpStep() => _rollups.Step() || _slotHours.Step() || _ranks.Step();

    // At most half of one core, so that intake does not notice: an hour of a million influencers takes some 25 s of CPU, and shall be done within a minute. All of a core only
    // when two hours have piled up.
    private TimeSpan RollUpAndRest()
    {
        var started = _context.Clock.Time.GetTimestamp();
        if (!RollUpStep())
            return IdleRollupInterval;
        return _rollups.HoursBehind > 2 ? LeastPause : _context.Clock.Time.GetElapsedTime(started) + LeastPause;
    }

    private UpkeepWorker Every(string name, TimeSpan interval, Action work, WorkerHealth health)
    {
        return Create(name, interval, Round, health);

        TimeSpan Round()
        {
            var started = _context.Clock.Time.GetTimestamp();
            work();
            var left = interval - _context.Clock.Time.GetElapsedTime(started);
            return left > LeastPause ? left : LeastPause;
        }
    }

    private UpkeepWorker Create(string name, TimeSpan first, Func<TimeSpan> round, WorkerHealth health) =>
        new(name, first, round, _directory.Disk.DamagedFiles, health, _context.Clock.Time, _logger);
}
