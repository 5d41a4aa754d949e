using InfluencerAnalytics.Embedded.RocksDb;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.Embedded.Disk;

/// <summary>
/// Remembers the first damage that a read has met. A damaged data file fails those reads only that come to it, and it does not heal: unless it is said for as
/// long as the process lives, whoever runs it hears of it when the last whole backup is gone. Safe for concurrent use.
/// </summary>
internal sealed partial class DamagedFiles(string path)
{
    private string? _summary;

    /// <summary>Set before the database is used.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;

    /// <summary>A sentence for people, or null when no damage was met.</summary>
    public string? Summary => Volatile.Read(ref _summary);

    /// <summary>Takes in what a call of the database failed with, damage or not.</summary>
    public void Note(Exception exception)
    {
        if (exception is not (RocksDbException { IsCorruption: true } or InvalidDataException))
            return;
        var summary = $"A data file in {path} is damaged, and what it holds cannot be read: {exception.Message}. All else goes on. Stop, keep a copy of the directory, and restore the last backup.";
        if (Interlocked.CompareExchange(ref _summary, summary, null) is null)
            Log.Met(Logger, path, exception.Message);
    }

    private static partial class Log
    {
        [LoggerMessage(2054, LogLevel.Error, "A data file in {Path} is damaged, and what it holds cannot be read: {Reason}. All else goes on. Stop, keep a copy of the directory, and restore the last backup. Further damage shows in the answers only.")]
        public static partial void Met(ILogger logger, string path, string reason);
    }
}
