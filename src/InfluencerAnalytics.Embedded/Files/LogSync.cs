using InfluencerAnalytics.Embedded.RocksDb;

namespace InfluencerAnalytics.Embedded.Files;

/// <summary>
/// Forces the log to the disk and notes in <see cref="SyncFile"/> how much that was: at a start, damage before that mark is a loss to be told,
/// what is missing after it the torn end of a power cut. The marks are ends of records, found by reading what was written since the last time (some
/// megabytes at most, from the page cache): a file's length may be in the middle of a record that was never acknowledged. Safe for concurrent use.
/// </summary>
internal sealed class LogSync : IDisposable
{
    private readonly DatabaseFiles _files;
    private readonly SyncFile _record;
    private readonly Lock _gate = new();
    private readonly Dictionary<long, LogScan> _logs = [];
    private (long Number, LogScan Scan)? _manifest;
    private bool _closed;

    /// <param name="files">Of the open database below the directory.</param>
    public LogSync(string directory, DatabaseFiles files)
    {
        _files = files;
        _record = new SyncFile(directory);
    }

    /// <summary>Has the log on the disk when it returns.</summary>
    /// <param name="durable">Also the note of it.</param>
    public void Sync(RocksDatabase database, bool durable = false)
    {
        lock (_gate)
        {
            // What is read before the sync is on the disk after it.
            var logs = ReadLogs();
            var (manifest, manifestBytes) = ReadManifest();
            database.SyncLog();
            if (!_closed)
                _record.Write(new SyncRecord(manifest, manifestBytes, logs), durable);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _record.Dispose();
        }
    }

    private List<SyncedLog> ReadLogs()
    {
        var logs = new List<SyncedLog>();
        var numbers = _files.Logs();
        foreach (var gone in _logs.Keys.Except(numbers).ToList())
            _logs.Remove(gone);
        foreach (var number in numbers)
        {
            if (!_logs.TryGetValue(number, out var scan))
                _logs.Add(number, scan = new LogScan(_files.Log(number), isManifest: false));
            try
            {
                scan.Read();
                logs.Add(new SyncedLog(number, scan.WholeBytes, scan.FirstChange ?? 0, scan.NextChange));
            }
            catch (FileNotFoundException)
            {
                // RocksDB has just written out what it held, and removed it.
            }
        }

        return logs;
    }

    // RocksDB syncs the manifest with each record, but a record may have been on its way when it was read.
    private (long Number, long Bytes) ReadManifest()
    {
        if (_files.Manifest() is not { } number)
            return (0, 0);
        if (_manifest?.Number != number)
            _manifest = (number, new LogScan(_files.ManifestPath(number), isManifest: true));
        var scan = _manifest.Value.Scan;
        var before = scan.WholeBytes;
        try
        {
            scan.Read();
            if (scan.WholeBytes != before)
                FileSync.Flush(scan.Path);
            return (number, scan.WholeBytes);
        }
        catch (FileNotFoundException)
        {
            return (0, 0);
        }
    }
}
