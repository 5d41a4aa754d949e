using InfluencerAnalytics.Embedded.RocksDb;

namespace InfluencerAnalytics.Embedded.Files;

/// <summary>
/// Looks at the files of a closed database against what the last sync had confirmed, before RocksDB opens and tidies them. A process that died has
/// lost none of what it wrote (the system keeps it), and a power cut only what was not synced: whatever is missing before that mark is damage.
/// </summary>
internal sealed class DamagedLog(string directory, DatabaseFiles files)
{
    public const string DirectoryPrefix = "damaged-";

    private readonly SyncRecord? _record = SyncFile.Read(directory);

    /// <summary>What is wrong with the manifest, as a clause; null when nothing is.</summary>
    public string? FindManifestDamage()
    {
        if (files.Manifest() is not { } number)
            return $"{files.Current} names no manifest";
        var path = files.ManifestPath(number);
        if (!File.Exists(path))
            return $"{path} is missing";
        if (number < _record?.Manifest)
            return $"{files.Current} names {Path.GetFileName(path)}, but {Path.GetFileName(files.ManifestPath(_record.Manifest))} was in use";
        var scan = new LogScan(path, isManifest: true);
        scan.Read();
        var confirmed = _record is null ? scan.FileBytes : number == _record.Manifest ? _record.ManifestBytes : 0;
        return scan.WholeBytes < confirmed ? FormattableString.Invariant($"{path} can be read up to byte {scan.WholeBytes:#,0} of {Math.Max(confirmed, scan.FileBytes):#,0} only") : null;
    }

    /// <summary>Every log of which something is lost that was confirmed.</summary>
    public List<LogDamage> Find()
    {
        var damage = new List<LogDamage>();
        var numbers = files.Logs();
        foreach (var number in numbers)
        {
            var scan = new LogScan(files.Log(number), isManifest: false);
            scan.Read(overDamage: true);
            var synced = Synced(number);
            var confirmed = synced?.Bytes ?? (_record is null ? scan.FileBytes : 0);
            if (scan.WholeBytes >= confirmed)
                continue;
            damage.Add(new LogDamage(scan.Path, scan.FileBytes, Math.Max(confirmed, scan.FileBytes) - scan.ReadableBytes, LostChanges(scan, synced)));
        }

        // It is replaced as a whole, and there before the directory is marked. The newest log could be gone or empty, with all of the data, and nothing else would tell.
        if (_record is null && DirectoryLayout.IsMarked(directory))
            damage.Add(new LogDamage(SyncFile.PathIn(directory), null, null, null) { Reason = "it is missing or damaged, and nothing else says whether a log is missing" });

        // The log in use is never removed before there is a newer one. Of older ones RocksDB knows which must be there.
        if (_record is { Logs: [.., var newest] } && newest.Bytes > 0 && !numbers.Exists(number => number >= newest.Number))
            damage.Add(Missing(newest.Number));
        return damage;
    }

    /// <summary>A log that RocksDB misses.</summary>
    public LogDamage Missing(long number) =>
        Synced(number) is { } synced ? new LogDamage(files.Log(number), null, synced.Bytes, synced.Changes) : new LogDamage(files.Log(number), null, null, null);

    /// <summary>Copies the logs and what leads to them into a new directory, and returns that.</summary>
    /// <param name="time">Names the copy.</param>
    public string SetAside(DateTimeOffset time)
    {
        var target = Path.Combine(directory, DirectoryPrefix + time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'.'fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
        Directory.CreateDirectory(target);
        List<string> sources = [files.Current, SyncFile.PathIn(directory), .. files.Logs().Select(files.Log)];
        if (files.Manifest() is { } manifest)
            sources.Add(files.ManifestPath(manifest));
        foreach (var source in sources.Where(File.Exists))
        {
            var copy = Path.Combine(target, Path.GetFileName(source));
            File.Copy(source, copy);
            FileSync.Flush(copy);
        }

        FileSync.FlushDirectory(target);
        FileSync.FlushDirectory(directory);
        return target;
    }

    private SyncedLog? Synced(long number)
    {
        foreach (var log in _record?.Logs ?? [])
        {
            if (log.Number == number)
                return log;
        }

        return null;
    }

    // Sequence numbers have no gaps within a log. Without a record, what is missing at its end is not known.
    private long? LostChanges(LogScan scan, SyncedLog? synced)
    {
        if (_record is null)
            return null;
        if (synced is { NextChange: > 0 } known)
            return Math.Max(known.NextChange, scan.NextChange) - known.FirstChange - scan.Changes;
        return scan.FirstChange is null ? null : scan.NextChange - scan.FirstChange - scan.Changes;
    }
}
