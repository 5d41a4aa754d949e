using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Opening;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.Upkeep;

/// <summary>Looks at the disk, and at whether RocksDB gets anything written; says when intake stops and goes on. For one caller at a time.</summary>
internal sealed partial class DiskWatch(StoreContext context, DiskGuard disk, DiskReopening reopening, ILogger logger)
{
    private readonly ColumnFamily _meta = context.Database[ColumnFamilyNames.Meta];
    private readonly SideWrites _writes = new(context.Database);
    private readonly Episode _intakeStopped = new(context.Clock.Time);
    private long _backgroundErrors;

    public void Check()
    {
        if (!context.Database.IsReopening)
            CheckBackgroundErrors();
        disk.Check();
        if (disk.RefuseSend is { } refusal)
        {
            if (_intakeStopped.Happened(refusal))
                Log.IntakeStopped(logger, refusal);
        }
        else if (_intakeStopped.Over() is { } past)
        {
            Log.IntakeGoesOn(logger, past.Seconds);
        }
        reopening.Step();
    }

    // RocksDB counts the errors of its background work and refuses writes after a grave one, until it has recovered.
    private void CheckBackgroundErrors()
    {
        var errors = context.Database.GetNumber(_meta, "rocksdb.background-errors");
        if (errors == _backgroundErrors && disk.BackgroundError is null && !context.Database.WritesFail)
            return;
        _backgroundErrors = errors;
        try
        {
            _writes.Write(batch => context.Meta.Put(batch, MetaKeys.Probe, errors));
            reopening.WritesGoOn();
        }
        catch (RocksDbException e)
        {
            reopening.WritesFail(e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2010, LogLevel.Warning, "Intake is stopped: {Reason}")]
        public static partial void IntakeStopped(ILogger logger, string reason);

        [LoggerMessage(2013, LogLevel.Information, "Intake goes on: there is space again, after {Seconds} s.")]
        public static partial void IntakeGoesOn(ILogger logger, double seconds);
    }
}
