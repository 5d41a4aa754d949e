using System.Globalization;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Embedded.Files;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.Opening;

/// <summary>Opens the database of a data directory, after a look at whether all that was confirmed is there.</summary>
internal sealed partial class DatabaseOpening(string path, EmbeddedOptions options, RocksDbLog log, TimeProvider time, ILogger logger)
{
    // Once opened over the damage, nothing in the database tells of it: a start that dies before the loss is made good must not be the last that knows.
    private const string LossFile = "LOSS";

    private readonly string _databasePath = DirectoryLayout.DatabasePath(path);
    private readonly string _lossFile = Path.Combine(path, LossFile);

    public DatabaseFiles Files { get; } = new(DirectoryLayout.DatabasePath(path));

    /// <summary>Whether something was lost, and that was accepted: by this start, or by one that died before <see cref="EndLoss"/>.</summary>
    public bool AcceptedLoss { get; private set; }

    /// <exception cref="EmbeddedDataException">Something is damaged.</exception>
    /// <exception cref="RocksDbException">RocksDB refuses.</exception>
    public RocksDatabase Open()
    {
        if (!File.Exists(Files.Current))
            return OpenWhole();
        if (Directory.Exists(_lossFile))
            throw new EmbeddedDataException($"{_lossFile} is a directory where a file says that something was lost. Nothing of ours makes it one: move it away and start again.");
        AcceptedLoss = File.Exists(_lossFile);
        var damaged = new DamagedLog(path, Files);
        Check(damaged, out var damage);
        if (damage.Count == 0)
        {
            try
            {
                var database = OpenWhole();
                if (options.AcceptLoss)
                    Log.NotNeeded(logger);
                return database;
            }
            catch (RocksDbException e) when (e.IsLogDamage)
            {
                damage = [Describe(damaged, e)];
            }
        }

        if (!options.AcceptLoss)
            throw DirectoryLayout.ExplainLoss(path, damage);
        return OpenOverDamage(damaged, damage);
    }

    /// <summary>Opens again what <see cref="RocksDatabase.CloseForReopening"/> closed.</summary>
    /// <exception cref="EmbeddedDataException">Something is damaged.</exception>
    /// <exception cref="RocksDbException">RocksDB refuses.</exception>
    public void Reopen(RocksDatabase database)
    {
        Check(new DamagedLog(path, Files), out var damage);
        if (damage.Count > 0)
            throw DirectoryLayout.ExplainLoss(path, damage);
        database.Reopen();
    }

    /// <summary>What a loss calls for was done, and is on the disk.</summary>
    public void EndLoss() => File.Delete(_lossFile);

    private void Check(DamagedLog damaged, out List<LogDamage> damage)
    {
        try
        {
            if (damaged.FindManifestDamage() is { } problem)
                throw new EmbeddedDataException($"The data in {path} is damaged and was left as it is: {problem}. Keep a copy of the directory, then restore the last backup, or name an empty directory by Embedded:DataDirectory.");
            damage = damaged.Find();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DirectoryLayout.Explain(path, e);
        }
    }

    // All that can be read goes to data files, and is then opened as ever, with nothing left of the log to be lenient with.
    private RocksDatabase OpenOverDamage(DamagedLog damaged, List<LogDamage> damage)
    {
        string aside;
        try
        {
            aside = damaged.SetAside(time.GetUtcNow());
            FileSync.Replace(_lossFile, aside + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedDataException($"The damaged log of {path} cannot be copied aside: {e.Message} Nothing was changed. Make room there for the copy, and try again.", e);
        }

        var tuning = new RocksDbTuning(options, log);
        tuning.ReadDamagedLogs(true);
        Open(tuning).Dispose();
        AcceptedLoss = true;
        Log.LossAccepted(logger, path, string.Join("; ", damage), aside);
        return OpenWhole();
    }

    private RocksDatabase OpenWhole() => Open(new RocksDbTuning(options, log));

    private RocksDatabase Open(RocksDbTuning tuning)
    {
        try
        {
            return RocksDatabase.Open(_databasePath, tuning, options.SyncEveryWrite, ColumnFamilyNames.Required, ColumnFamilyNames.UseOf);
        }
        catch
        {
            tuning.Dispose();
            throw;
        }
    }

    // "Corruption: Missing WAL with log number: 12."
    private LogDamage Describe(DamagedLog damaged, RocksDbException exception)
    {
        const string Words = "log number: ";
        var at = exception.Message.IndexOf(Words, StringComparison.Ordinal);
        var digits = at < 0 ? default : exception.Message.AsSpan(at + Words.Length);
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        if (end >= 0)
            digits = digits[..end];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && !File.Exists(Files.Log(number))
            ? damaged.Missing(number)
            : new LogDamage(_databasePath, null, null, null) { Reason = exception.Message };
    }

    private static partial class Log
    {
        [LoggerMessage(2004, LogLevel.Error, "The damaged log of {Path} was opened without what cannot be read, as asked: {Damage}. It was kept as it was in {Aside}. Shards of the roster may be among what is lost: it is seeded again by itself. So may influencers, the interval and the shard size: compare 'status' and 'config show' with what you had.")]
        public static partial void LossAccepted(ILogger logger, string path, string damage, string aside);

        [LoggerMessage(2005, LogLevel.Warning, "Embedded:AcceptLoss is set and nothing was lost. Take it away: it would accept the next loss unasked.")]
        public static partial void NotNeeded(ILogger logger);
    }
}
