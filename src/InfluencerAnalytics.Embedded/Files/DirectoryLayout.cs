using System.Globalization;

namespace InfluencerAnalytics.Embedded.Files;

/// <summary>
/// The layout of a data directory: <c>FORMAT</c> says which version wrote it, <c>db</c> is RocksDB's. The format is looked at before RocksDB
/// opens anything, since opening already writes.
/// </summary>
internal static class DirectoryLayout
{
    /// <summary>
    /// Of what this program writes. To be raised with whatever an older program would not keep level, a new column family say: it opens what it does not know and passes it by, and what
    /// it writes is then missing there.
    /// </summary>
    public const int Format = 4;

    /// <summary>The oldest that is upgraded when it is opened.</summary>
    private const int Oldest = 3;

    private const string FormatFile = "FORMAT";
    // In the data directory ours, in the database's RocksDB's.
    private const string LockFile = "LOCK";
    private const string FormatText = "influencer-analytics-embedded ";

    public static string DatabasePath(string path) => Path.Combine(path, "db");

    /// <summary>Makes the directory when there is none, and refuses what must not be opened.</summary>
    /// <exception cref="EmbeddedDataException">See the message.</exception>
    public static void Prepare(string path)
    {
        try
        {
            Directory.CreateDirectory(DatabasePath(path));
            var format = ReadFormat(path);
            if (format > Format)
                throw new EmbeddedDataException($"The data in {path} was written by a newer version (format {format}, this one knows {Format}). Start that version, or name another directory by Embedded:DataDirectory.");
            if (format < Oldest)
                throw new EmbeddedDataException(
                    $"The data in {path} was written by an older version (format {format}; this one reads {Oldest} and newer) and was left as it is. Go on with the version that wrote it, export what you need with it (export --all), or name an empty directory by Embedded:DataDirectory (--data) to start anew.");
            var hasDatabase = File.Exists(Path.Combine(DatabasePath(path), "CURRENT"));
            if (format is not null && !hasDatabase)
                throw new EmbeddedDataException($"{path} is marked as a data directory, but {DatabasePath(path)}/CURRENT is missing. Restore the last backup, or name an empty directory by Embedded:DataDirectory.");
            if (!hasDatabase && HoldsData(path))
                throw new EmbeddedDataException($"{DatabasePath(path)} holds data files but no CURRENT file. Restore the last backup, or name an empty directory by Embedded:DataDirectory.");
            // A first start that died half-way leaves a database without the mark, but nothing in it.
            if (hasDatabase && format is null && HoldsData(path))
                throw new EmbeddedDataException($"{Path.Combine(path, FormatFile)} is missing, and {DatabasePath(path)} holds data. Put the file back from a backup, or restore the whole backup, or name an empty directory by Embedded:DataDirectory.");
            CheckWritable(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw NoPermission(path, e);
        }
        catch (IOException e)
        {
            throw new EmbeddedDataException($"The data directory {path} cannot be used: {e.Message} Make it accessible, or name another by Embedded:DataDirectory.", e);
        }
    }

    /// <summary>Whether a database was opened here before.</summary>
    public static bool IsMarked(string path) => File.Exists(Path.Combine(path, FormatFile));

    /// <summary>Whether what was opened is of an older format: then it is to be upgraded before it is marked.</summary>
    public static bool IsOlder(string path) => ReadFormat(path) < Format;

    /// <summary>Notes the format of a database that was opened.</summary>
    public static void MarkFormat(string path)
    {
        if (ReadFormat(path) != Format)
            FileSync.Replace(Path.Combine(path, FormatFile), FormatText + Format.ToString(CultureInfo.InvariantCulture) + "\n");
    }

    /// <summary>Why RocksDB would not open it, in words for people.</summary>
    public static EmbeddedDataException Explain(string path, Exception exception)
    {
        var message = exception.Message;
        if (message.Contains("/LOCK", StringComparison.Ordinal) || message.Contains("lock hold by", StringComparison.Ordinal) || message.Contains("lock file", StringComparison.OrdinalIgnoreCase))
        {
            if (Directory.Exists(Path.Combine(DatabasePath(path), LockFile)))
                return LockIsDirectory(Path.Combine(DatabasePath(path), LockFile), exception);
            return message.Contains("Permission denied", StringComparison.Ordinal)
                ? NoPermission(path, exception)
                : InUse(path, exception);
        }

        if (exception is UnauthorizedAccessException || message.Contains("Permission denied", StringComparison.Ordinal))
            return NoPermission(path, exception);
        if (message.Contains("No space left", StringComparison.Ordinal))
            return new EmbeddedDataException($"The disk of {path} is full. Free some space and start again; nothing acknowledged is lost.", exception);
        return new EmbeddedDataException(
            $"The data in {path} is damaged and was left as it is: {message} Keep a copy of the directory, then restore the last backup, or name an empty directory by Embedded:DataDirectory.",
            exception);
    }

    /// <summary>What was acknowledged cannot be read back: what that is, and what to do.</summary>
    public static EmbeddedDataException ExplainLoss(string path, IReadOnlyList<LogDamage> damage) => new(
        $"The log of {path} is damaged: {string.Join("; ", damage)}. Nothing was changed. Keep a copy of the directory and restore the last backup, "
        + "or go on without what is lost by starting once with 'up --accept-loss' (Embedded:AcceptLoss=true): "
        + $"the log is first copied to {Path.Combine(path, DamagedLog.DirectoryPrefix)}<time>, then all of it that can be read is opened, and the roster is seeded again by itself.");

    /// <summary>One process at a time owns the directory. Held until disposed; the system lets go of it when the process dies.</summary>
    public static FileStream Lock(string path)
    {
        var file = Path.Combine(path, LockFile);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && Directory.Exists(file))
        {
            throw LockIsDirectory(file, e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw NoPermission(path, e);
        }
        catch (IOException e)
        {
            throw InUse(path, e);
        }
    }

    private static EmbeddedDataException InUse(string path, Exception exception) =>
        new($"The data directory {path} is in use by another process. Stop that one, or name another directory by Embedded:DataDirectory.", exception);

    private static EmbeddedDataException LockIsDirectory(string file, Exception exception) =>
        new($"{file} is a directory where the file has to be that keeps other processes out. Nothing of ours makes it one: move it away and start again, or name another directory by Embedded:DataDirectory.", exception);

    private static EmbeddedDataException NoPermission(string path, Exception exception) =>
        new($"No permission to read and write {path}: {exception.Message} Give the user {Environment.UserName} access, or name another directory by Embedded:DataDirectory.", exception);

    private static int? ReadFormat(string path)
    {
        var file = Path.Combine(path, FormatFile);
        if (!File.Exists(file))
            return null;
        var text = File.ReadAllText(file).Trim();
        return text.StartsWith(FormatText, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(FormatText.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var format)
                ? format
                : throw new EmbeddedDataException($"{file} does not say which version wrote the data: it is damaged, or {path} belongs to something else. Restore it, or name another directory by Embedded:DataDirectory.");
    }

    private static bool HoldsData(string path) =>
        new DirectoryInfo(DatabasePath(path)).EnumerateFiles().Any(static file => file.Extension == ".sst" || (file.Extension == ".log" && file.Length > 0));

    // Found out now, rather than by whichever write comes first.
    private static void CheckWritable(string path)
    {
        var probe = Path.Combine(path, ".writable");
        File.WriteAllBytes(probe, []);
        File.Delete(probe);
    }
}
