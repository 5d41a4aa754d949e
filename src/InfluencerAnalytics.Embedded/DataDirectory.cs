using System.Globalization;

namespace InfluencerAnalytics.Embedded;

/// <summary>
/// The layout of a data directory: <c>FORMAT</c> says which version wrote it, <c>db</c> is RocksDB's. The format is looked at before RocksDB
/// opens anything, since opening already writes.
/// </summary>
internal static class DataDirectory
{
    public const int Format = 2;

    private const string FormatFile = "FORMAT";
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
            if (format < Format)
                throw new EmbeddedDataException(
                    $"The data in {path} was written by an older version (format {format}; this one reads {Format} only) and was left as it is. Go on with the version that wrote it, export what you need with it (export --all), or name an empty directory by Embedded:DataDirectory (--data) to start anew.");
            var hasDatabase = File.Exists(Path.Combine(DatabasePath(path), "CURRENT"));
            if (format is not null && !hasDatabase)
                throw new EmbeddedDataException($"{path} is marked as a data directory, but {DatabasePath(path)}/CURRENT is missing. Restore the last backup, or name an empty directory by Embedded:DataDirectory.");
            if (!hasDatabase && Directory.EnumerateFiles(DatabasePath(path), "*.sst").Any())
                throw new EmbeddedDataException($"{DatabasePath(path)} holds data files but no CURRENT file. Restore the last backup, or name an empty directory by Embedded:DataDirectory.");
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

    /// <summary>Notes the format of a database that was opened.</summary>
    public static void MarkFormat(string path)
    {
        var file = Path.Combine(path, FormatFile);
        if (!File.Exists(file))
            File.WriteAllText(file, FormatText + Format.ToString(CultureInfo.InvariantCulture) + "\n");
    }

    /// <summary>Why RocksDB would not open it, in words for people.</summary>
    public static EmbeddedDataException Explain(string path, Exception exception)
    {
        var message = exception.Message;
        if (message.Contains("/LOCK", StringComparison.Ordinal) || message.Contains("lock hold by", StringComparison.Ordinal) || message.Contains("lock file", StringComparison.OrdinalIgnoreCase))
        {
            return message.Contains("Permission denied", StringComparison.Ordinal)
                ? NoPermission(path, exception)
                : new EmbeddedDataException($"The data directory {path} is in use by another process. Stop that one, or name another directory by Embedded:DataDirectory.", exception);
        }

        if (message.Contains("Permission denied", StringComparison.Ordinal))
            return NoPermission(path, exception);
        if (message.Contains("No space left", StringComparison.Ordinal))
            return new EmbeddedDataException($"The disk of {path} is full. Free some space and start again; nothing acknowledged is lost.", exception);
        return new EmbeddedDataException(
            $"The data in {path} is damaged and was left as it is: {message} Keep a copy of the directory, then restore the last backup, or name an empty directory by Embedded:DataDirectory.",
            exception);
    }

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

    // Found out now, rather than by whichever write comes first.
    private static void CheckWritable(string path)
    {
        var probe = Path.Combine(path, ".writable");
        File.WriteAllBytes(probe, []);
        File.Delete(probe);
    }
}
